import { HOUR } from '#kernel/time.ts';
import { GradeMark } from '#web/kit/marks.tsx';
import { formatCount } from '#web/kit/number.view.ts';
import { Skeleton } from '#web/kit/states.tsx';
import { agoOf, dateKey } from '#web/kit/time.view.ts';
import { select, selectCase } from './controller.ts';
import { changesBefore, domainHealth, hoursUntil, openedAndClosed, shownDomains } from './day.view.ts';
import { useWords } from './i18n.ts';
import { PanelHead } from './panel-head.tsx';
import { setOps, useMoment, useOps } from './store.ts';

/** With nothing selected: what changed in the last hour, how the day goes, how each lifeline is. */
export function DayPanel() {
  const { t, zone, day: dayWords, say } = useWords();
  const moment = useMoment();
  const today = useOps((state) => state.days.get(dateKey(moment, zone)));
  const selection = useOps((state) => state.selection);
  const place = selection?.kind === 'place' ? selection.result : undefined;
  const sums = today && openedAndClosed(today, moment);
  return (
    <>
      <PanelHead
        title={place ? say(place.name) : t('day.title')}
        aside={<span className="quiet">{place ? '' : dayWords(moment)}</span>}
        canClose={place !== undefined}
      >
        {place && <p className="quiet">{say(place.detail)}</p>}
      </PanelHead>
      <div className="panel-body">
        <section>
          <p className="lead">
            {sums ? (
              t('day.sum', {
                opened: t('day.opened', { count: sums.opened }),
                closed: t('day.closed', { count: sums.closed }),
              })
            ) : (
              <Skeleton width="80%" />
            )}
          </p>
          <DayCurve />
        </section>
        <Changes />
        <Lifelines />
      </div>
      {place && (
        <div className="panel-foot">
          <button type="button" className="button" onClick={() => select(undefined)}>
            {t('common.close')}
          </button>
        </div>
      )}
    </>
  );
}

/** Cases opened (up) and closed (down) per hour: a day with two sides. */
export function DayCurve({ height = 72 }: { height?: number }) {
  const { t, zone, time } = useWords();
  const moment = useMoment();
  const date = dateKey(moment, zone);
  const day = useOps((state) => state.days.get(date));
  if (!day) return <Skeleton height={height} />;
  const hours = hoursUntil(day, moment);
  const most = Math.max(3, ...hours.flatMap(({ opened, closed }) => [opened, closed]));
  const slot = 100 / 24;
  const middle = height / 2;
  const size = (count: number): number => (count / most) * (middle - 2);
  return (
    <figure className="day-curve">
      <figcaption className="visually-hidden">{t('day.curve')}</figcaption>
      <svg viewBox={`0 0 100 ${height}`} height={height} preserveAspectRatio="none" aria-hidden="true">
        <line x1={0} x2={100} y1={middle} y2={middle} className="axis-line" />
        {hours.map(({ begin, opened, closed }) => {
          const x = ((begin - day.begin) / HOUR) * slot + slot * 0.15;
          return (
            <g key={begin}>
              <rect className="opened" x={x} width={slot * 0.7} y={middle - size(opened)} height={size(opened)} />
              <rect className="closed" x={x} width={slot * 0.7} y={middle + 1} height={size(closed)} />
            </g>
          );
        })}
      </svg>
      <p className="axis">
        <span>{time(day.begin)}</span>
        <span className="direct">
          <b className="opened-word">{t('day.openedWord')}</b> {t('day.above')} ·{' '}
          <b className="closed-word">{t('day.closedWord')}</b> {t('day.below')}
        </span>
        <span>24:00</span>
      </p>
    </figure>
  );
}

function Changes() {
  const { t, zone, say, span } = useWords();
  const moment = useMoment();
  const day = useOps((state) => state.days.get(dateKey(moment, zone)));
  const at = useOps((state) => state.at);
  const cases = useOps((state) => state.cases);
  const changes = at === undefined ? day?.changes.slice(0, 12) : changesBefore(cases?.values() ?? [], at);
  return (
    <section>
      <h3>{t('day.lastHour')}</h3>
      {!changes && <Skeleton width="90%" />}
      {changes?.length === 0 && <p className="quiet">{t('day.nothing')}</p>}
      <ul className="changes">
        {changes?.map((change) => (
          <li key={`${change.caseId}${change.at}`}>
            <button type="button" onClick={() => selectCase(change.caseId)}>
              <GradeMark grade={change.grade} label={t(`grade.${change.grade}`)} />
              <span>{say(change.sentence)}</span>
              <time>{span(agoOf(moment - change.at))}</time>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Lifelines() {
  const { t, say, language } = useWords();
  const city = useOps((state) => state.city);
  const counts = useOps((state) => state.counts);
  const focus = useOps((state) => state.focusDomain);
  const rows = domainHealth(
    counts,
    shownDomains(city?.domains ?? []).map(({ id }) => id),
  );
  return (
    <section>
      <h3>{t('day.lifelines')}</h3>
      <table className="health">
        <thead>
          <tr>
            <th>{t('day.lifeline')}</th>
            <th>{t('day.wrong')}</th>
            <th>{t('day.silent')}</th>
            <th>{t('day.assets')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const domain = city?.domains.find(({ id }) => id === row.domain);
            return (
              <tr key={row.domain} data-selected={focus === row.domain || undefined}>
                <th scope="row">
                  <button
                    type="button"
                    aria-pressed={focus === row.domain}
                    onClick={() => setOps({ focusDomain: focus === row.domain ? undefined : row.domain })}
                  >
                    {say(domain?.name)}
                  </button>
                </th>
                <td className={row.wrong > 0 ? 'loud' : undefined}>{row.wrong || '–'}</td>
                <td>{row.silent + row.late || '–'}</td>
                <td>{formatCount(domain?.assets ?? row.total, language)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
