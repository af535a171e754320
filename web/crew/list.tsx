/** Everything there is to do, in the order of the walk; then what is open in my cells. */
import { ChevronRight } from 'lucide-react';
import { walkMetres } from '#kernel/walking-order.ts';
import { GradeMark } from '#web/kit/marks.tsx';
import { show } from './controller.ts';
import { roughMetres } from './day.view.ts';
import { Empty, TimeLeft, useNow } from './parts.tsx';
import { useRound } from './round.ts';
import { useCrew } from './state.ts';
import { pick, type Word, word } from './words.ts';

export function ListScreen() {
  const round = useRound();
  const day = useCrew((state) => state.day);
  const fix = useCrew((state) => state.fix);
  const now = useNow(useCrew((state) => state.offset));
  const detour = day?.ground?.walking.detourFactor ?? 1;
  if (day === undefined) return <Empty title={word('next.noDay')} hint={word('next.noDayHint')} />;
  return (
    <>
      <h1>{word('list.title')}</h1>
      <p className="quiet">{round.length === 0 ? word('next.none') : word('list.hint')}</p>
      <ol className="tasks">
        {round.map((task, index) => (
          <li key={task.id}>
            <button type="button" className="row" onClick={() => show('next', task.id)}>
              <span className="number">{index + 1}</span>
              <span className="what">
                <strong>{pick(task.title)}</strong>
                <span>
                  {word(`kind.${task.kind}`)} · {pick(task.address)}
                  {fix !== undefined &&
                    task.place !== undefined &&
                    ` · ${word('next.far', { metres: roughMetres(walkMetres([fix.lon, fix.lat], task.place, detour)) })}`}
                </span>
                {task.dueAt !== undefined && <TimeLeft startedAt={task.startedAt} dueAt={task.dueAt} now={now} />}
              </span>
              <ChevronRight size={24} aria-hidden="true" />
            </button>
          </li>
        ))}
      </ol>
      {day.person.maySeeOnSite && (
        <section>
          <h2>{word('list.cases')}</h2>
          {day.cases.length === 0 && <p className="quiet">{word('list.casesNone')}</p>}
          <ul className="cases">
            {day.cases.map((each) => (
              <li key={each.id}>
                <GradeMark grade={each.grade} label={word(`grade.${each.grade}`)} size={18} />
                <span className="what">
                  <strong>{pick(each.name)}</strong>
                  <span>
                    {word(`state.${each.state}` as Word)}
                    {each.partyName && ` · ${pick(each.partyName)}`}
                  </span>
                  <span className="quiet">{pick(each.sentence)}</span>
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
