/** The one question that some steps ask: a phrase to tap, or words of one's own. */
import { useId, useState } from 'react';
import type { ActionKind, TaskView } from '#adapters/crew/api.types.ts';
import { stepWords } from './controller.ts';
import { useCrew } from './state.ts';
import { pick, type Word, word } from './words.ts';

interface Question {
  readonly field: 'reason' | 'feedback' | 'note';
  readonly phrases: readonly Word[];
  readonly needed: boolean;
}

const QUESTIONS: Readonly<Partial<Record<ActionKind, Question>>> = {
  'order.finish': { field: 'feedback', phrases: ['feedback.done', 'feedback.cleared', 'feedback.told'], needed: true },
  'order.refuse': { field: 'reason', phrases: ['reason.notOurs', 'reason.cannot'], needed: true },
  'check.dismiss': { field: 'reason', phrases: ['reason.neverWas', 'reason.gone', 'reason.notCity'], needed: true },
  'verify.fail': { field: 'reason', phrases: ['reason.notDone', 'reason.half', 'reason.worse'], needed: true },
  'visit.done': { field: 'note', phrases: [], needed: false },
  'visit.missed': { field: 'reason', phrases: ['reason.noAnswer', 'reason.refused'], needed: true },
  'booking.done': { field: 'note', phrases: [], needed: false },
  'booking.missed': { field: 'reason', phrases: ['reason.noAnswer'], needed: true },
};

export const asks = (step: ActionKind): boolean => step === 'check.other' || QUESTIONS[step] !== undefined;

interface AskProps {
  readonly step: ActionKind;
  readonly task: TaskView;
  onAnswer(details: Readonly<Record<string, string>>): void;
  onCancel(): void;
}

export function Ask(props: AskProps) {
  return (
    <section className="ask">
      <p className="kind">{pick(props.task.title)}</p>
      <h1>{stepWords(props.step)}</h1>
      {props.step === 'check.other' ? <Category {...props} /> : <Phrase {...props} />}
      <button type="button" className="big normal" onClick={props.onCancel}>
        {word('ask.cancel')}
      </button>
    </section>
  );
}

function Category({ onAnswer }: AskProps) {
  const categories = useCrew((state) => state.day?.ground?.categories) ?? [];
  return (
    <>
      <h2>{word('ask.category')}</h2>
      <div className="phrases">
        {categories.map(({ code, name }) => (
          <button key={code} type="button" className="big normal" onClick={() => onAnswer({ category: code })}>
            {pick(name)}
          </button>
        ))}
      </div>
    </>
  );
}

function Phrase({ step, onAnswer }: AskProps) {
  const { field, phrases, needed } = QUESTIONS[step]!;
  const [text, setText] = useState('');
  const [isMissing, setMissing] = useState(false);
  const id = useId();
  const send = () => {
    if (needed && text.trim() === '') setMissing(true);
    else onAnswer(text.trim() === '' ? {} : { [field]: text.trim() });
  };
  return (
    <>
      <div className="phrases">
        {phrases.map((phrase) => (
          <button key={phrase} type="button" className="big normal" onClick={() => onAnswer({ [field]: word(phrase) })}>
            {word(phrase)}
          </button>
        ))}
      </div>
      <label htmlFor={id}>
        {word(`ask.${field}`)} {!needed && <span className="quiet">{word('ask.optional')}</span>}
      </label>
      <textarea
        id={id}
        rows={3}
        maxLength={1_000}
        value={text}
        aria-invalid={isMissing}
        aria-describedby={isMissing ? `${id}-missing` : undefined}
        onChange={(event) => {
          setText(event.target.value);
          setMissing(false);
        }}
      />
      {isMissing && (
        <p id={`${id}-missing`} className="missing" role="alert">
          {word('ask.needed')}
        </p>
      )}
      <button type="button" className="big primary" onClick={send}>
        {word('ask.confirm')}
      </button>
    </>
  );
}
