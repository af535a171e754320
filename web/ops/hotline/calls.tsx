import { Phone, PhoneIncoming } from 'lucide-react';
import type { CallView, ToTellView } from '#adapters/console/hotline-api.types.ts';
import { Button } from '#web/kit/button.tsx';
import { agoOf, spanOf } from '#web/kit/time.view.ts';
import { useNow } from '../store.ts';
import { useHotlineWords } from './words.ts';

/** Who is calling, longest waiting first; the one being spoken with stays on the list. */
export function Calls(props: {
  calls: readonly CallView[];
  answerWithinSeconds: number | undefined;
  take: (call: CallView) => void;
  ring: () => void;
}) {
  const { h, span } = useHotlineWords();
  const now = useNow();
  return (
    <section aria-labelledby="hotline-calls">
      <header>
        <h2 id="hotline-calls">{h('waiting')}</h2>
        <Button size="small" onPress={props.ring}>
          {h('ring')} <kbd className="key">N</kbd>
        </Button>
      </header>
      {props.calls.length === 0 && (
        <p className="quiet none">
          {h('noWaiting')}
          <span className="hint">{h('noWaitingWhat')}</span>
        </p>
      )}
      <ul className="hotline-list">
        {props.calls.map((call, index) => {
          const rings = call.answeredAt === undefined;
          const waited = now - call.rangAt;
          const isLate = rings && waited > (props.answerWithinSeconds ?? Infinity) * 1_000;
          return (
            <li key={call.id} data-late={isLate || undefined}>
              {rings ? <PhoneIncoming size={16} aria-hidden /> : <Phone size={16} aria-hidden />}
              <span className="what">
                <span className="figures">{rings ? h('ringing', { text: span(spanOf(waited)) }) : h('mine')}</span>
                <span className="hint">
                  {[call.line, h(call.hasNumber ? 'number' : 'withheld')].filter(Boolean).join(' · ')}
                </span>
              </span>
              <Button size="small" look={rings ? 'primary' : 'normal'} onPress={() => props.take(call)}>
                {h(rings ? 'take' : 'continue')} {rings && index === 0 && <kbd className="key">A</kbd>}
              </Button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Settled, and whoever called does not know yet. */
export function ToTell({ calls, open }: { calls: readonly ToTellView[]; open: (call: ToTellView) => void }) {
  const { h, say, span } = useHotlineWords();
  const now = useNow();
  return (
    <section aria-labelledby="hotline-to-tell">
      <header>
        <h2 id="hotline-to-tell">{h('toTell')}</h2>
        <span className="hint figures">{calls.length}</span>
      </header>
      {calls.length === 0 && (
        <p className="quiet none">
          {h('noToTell')}
          <span className="hint">{h('noToTellWhat')}</span>
        </p>
      )}
      <ul className="hotline-list">
        {calls.map((call) => (
          <li key={call.id}>
            <button type="button" className="row-button" onClick={() => open(call)}>
              <span className="what">
                <span>{say(call.name)}</span>
                <span className="hint">
                  {say(call.address)} · {h('settled', { ago: span(agoOf(now - (call.filed?.settledAt ?? now))) })}
                  {(call.filed?.attempts ?? 0) > 0 && ` · ${h('tried', { count: call.filed?.attempts ?? 0 })}`}
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
