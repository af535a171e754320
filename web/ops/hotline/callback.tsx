import { useState } from 'react';
import type { CallerView, ToTellView } from '#adapters/console/hotline-api.types.ts';
import { Button } from '#web/kit/button.tsx';
import { ApiError } from '../api.ts';
import { notifyError } from '../controller.ts';
import { getCaller, tell } from './hotline-api.ts';
import { useHotlineWords } from './words.ts';

/** Telling a caller what became of it, and asking the two questions that the rates are made of. */
export function Callback({ call, close }: { call: ToTellView; close: () => void }) {
  const { h, say } = useHotlineWords();
  const [caller, setCaller] = useState<CallerView>();
  const [solved, setSolved] = useState<boolean>();
  const [satisfied, setSatisfied] = useState<number>();
  const [comment, setComment] = useState('');
  const [error, setError] = useState<ApiError>();

  const send = async (reached: boolean): Promise<void> => {
    const said = reached ? { solved, satisfied, comment: comment.trim() || undefined } : {};
    try {
      await tell(call.id, { reached, ...said });
      close();
    } catch (cause) {
      setError(cause instanceof ApiError ? cause : undefined);
    }
  };
  return (
    <section className="hotline-form" aria-labelledby="hotline-callback">
      <header className="call-head">
        <h2 id="hotline-callback">{h('callback')}</h2>
        <span className="hint figures">{call.filed?.reference}</span>
      </header>
      <p className="callback-sentence">
        <strong>{say(call.name)}</strong> · {say(call.address)}
        <br />
        {say(call.sentence)}
      </p>
      {caller === undefined ? (
        <Button onPress={() => void getCaller(call.id).then(setCaller, notifyError)}>{h('reveal')}</Button>
      ) : (
        <p className="callback-number figures">
          {caller.phone ?? h('unknownPhone')} <span className="quiet">{caller.name}</span>
        </p>
      )}
      <fieldset className="hotline-class">
        <legend>{h('isSolved')}</legend>
        <div className="classes">
          {([true, false, undefined] as const).map((value) => (
            <label key={String(value)}>
              <input type="radio" name="solved" checked={solved === value} onChange={() => setSolved(value)} />
              <span>{h(value === undefined ? 'notAsked' : value ? 'yes' : 'no')}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <fieldset className="hotline-class" disabled={solved === undefined}>
        <legend>{h('howSatisfied')}</legend>
        <div className="classes">
          {[1, 2, 3, 4, 5].map((value) => (
            <label key={value}>
              <input type="radio" name="satisfied" checked={satisfied === value} onChange={() => setSatisfied(value)} />
              <span className="figures">{value}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <div className="field">
        <label htmlFor="hotline-comment">{h('comment')}</label>
        <textarea
          className="input"
          id="hotline-comment"
          value={comment}
          onChange={(event) => setComment(event.target.value)}
        />
      </div>
      {error && (
        <p className="field-error" role="alert">
          {h('failed', { message: error.message })} <span className="hint">{error.code}</span>
        </p>
      )}
      <div className="footer">
        <Button onPress={close}>{h('close')}</Button>
        <Button onPress={() => void send(false)}>{h('notReached')}</Button>
        <Button look="primary" onPress={() => void send(true)}>
          {h('reached')}
        </Button>
      </div>
    </section>
  );
}
