import type { HotlineRulesView } from '#adapters/console/hotline-api.types.ts';
import type { Draft } from './desk.view.ts';
import { useHotlineWords } from './words.ts';

/** What the pack wants to know about this category, asked while the caller is on the line. */
export function QuestionFields(props: {
  rules: HotlineRulesView;
  draft: Draft;
  change: (change: Partial<Draft>) => void;
}) {
  const { h, say } = useHotlineWords();
  const questions = props.rules.categories.find(({ code }) => code === props.draft.category)?.questions ?? [];
  if (questions.length === 0) return null;
  const answer = (code: string, value: string): void =>
    props.change({ answers: { ...props.draft.answers, [code]: value } });
  return (
    <div className="pair">
      {questions.map(({ code, question, hint, required, values, datatype }) => (
        <div className="field" key={code}>
          <label htmlFor={`hotline-q-${code}`}>{say(question)}</label>
          {values.length > 0 ? (
            <select
              className="input"
              id={`hotline-q-${code}`}
              required={required}
              value={props.draft.answers[code] ?? ''}
              onChange={(event) => answer(code, event.target.value)}
            >
              <option value="">{h('choose')}</option>
              {values.map(({ key, name }) => (
                <option key={key} value={key}>
                  {say(name)}
                </option>
              ))}
            </select>
          ) : (
            <input
              className="input"
              id={`hotline-q-${code}`}
              required={required}
              type={datatype === 'datetime' ? 'datetime-local' : 'text'}
              inputMode={datatype === 'number' ? 'decimal' : 'text'}
              placeholder={say(hint)}
              value={props.draft.answers[code] ?? ''}
              onChange={(event) => answer(code, event.target.value)}
            />
          )}
        </div>
      ))}
    </div>
  );
}
