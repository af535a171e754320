/** What did not go through: what I did, what the city has now, and my decision. */
import { clockTime } from '#web/kit/time.view.ts';
import { discard, keepAsNote, stepWords, titleOf } from './controller.ts';
import { taskOf } from './day.view.ts';
import type { Failed } from './kept.ts';
import { useCrew } from './state.ts';
import { findWord, word } from './words.ts';

export function ConflictsScreen() {
  const failed = useCrew((state) => state.failed);
  const zone = useCrew((state) => state.day?.ground?.city.timeZone) ?? 'UTC';
  const groups = Map.groupBy(failed, (each) => taskOf(each.action) ?? each.action.id);
  return (
    <>
      <h1>{word('conflicts.title')}</h1>
      <p className="quiet">{word(failed.length === 0 ? 'conflicts.none' : 'conflicts.hint')}</p>
      <ul className="conflicts">
        {[...groups].map(([id, group]) => (
          <li key={id}>
            <Conflict group={group} zone={zone} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Conflict({ group, zone }: { group: readonly Failed[]; zone: string }) {
  const first = group[0]!;
  const { standing, code, message } = first.outcome;
  return (
    <section>
      <h2>{titleOf(first)}</h2>
      <p>{findWord(`code.${code}`) ?? message ?? word('conflicts.behind')}</p>
      <ul className="did">
        {group.map(({ n, action }) => (
          <li key={n}>
            <span>{word('conflicts.you', { time: clockTime(action.at + action.offset, zone) })}</span>
            <strong>{stepWords(action.kind)}</strong>
          </li>
        ))}
        {standing !== undefined && (
          <li>
            <span>{word('conflicts.now')}</span>
            <strong>{findWord(`state.${standing.state}`) ?? standing.state}</strong>
            {standing.by !== undefined && standing.at !== undefined && (
              <span>
                {word('conflicts.by', {
                  what: findWord(`step.${standing.change}`) ?? findWord(`state.${standing.state}`) ?? '',
                  name: standing.by,
                  time: clockTime(standing.at, zone),
                })}
              </span>
            )}
          </li>
        )}
      </ul>
      {first.caseId !== undefined && (
        <button type="button" className="big primary" onClick={() => void keepAsNote(group)}>
          {word('conflicts.asNote')}
        </button>
      )}
      <button type="button" className="big normal" onClick={() => void discard(group)}>
        {word('conflicts.discard')}
      </button>
    </section>
  );
}
