/** A question of the pack as the field that fits it. */
import type { Question } from '#kernel/reporting.ts';
import { useWords } from './i18n.ts';
import { Field, Options } from './parts.tsx';
import type { Answer } from './report/report.view.ts';

export function QuestionField(props: {
  question: Question;
  answer: Answer | undefined;
  error: string | undefined;
  isLegendHidden?: boolean;
  onChange: (answer: Answer) => void;
}) {
  const { say } = useWords();
  const { question, answer, error, onChange } = props;
  const hint = question.hint && say(question.hint);
  if (question.datatype === 'singlevaluelist' || question.datatype === 'multivaluelist') {
    const isMany = question.datatype === 'multivaluelist';
    return (
      <Options
        legend={say(question.question)}
        isLegendHidden={props.isLegendHidden ?? false}
        hint={hint}
        error={error}
        many={isMany}
        values={question.values.map(({ key, name }) => ({ key, name: say(name) }))}
        chosen={answer === undefined ? [] : Array.isArray(answer) ? (answer as string[]) : [String(answer)]}
        onChange={(chosen) => onChange(isMany ? chosen : chosen[0]!)}
      />
    );
  }
  const label = <span className={props.isLegendHidden ? 'visually-hidden' : undefined}>{say(question.question)}</span>;
  const value = String(answer ?? '');
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) =>
        question.datatype === 'text' ? (
          <textarea
            {...ids}
            className="input"
            rows={3}
            autoComplete="off"
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        ) : (
          <input
            {...ids}
            className="input"
            autoComplete="off"
            type={question.datatype === 'datetime' ? 'datetime-local' : 'text'}
            inputMode={question.datatype === 'number' ? 'decimal' : undefined}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        )
      }
    </Field>
  );
}
