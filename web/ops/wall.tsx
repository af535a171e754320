import { lazy, Suspense, useEffect, useMemo, useRef } from 'react';
import type { CaseView } from '#adapters/console/api.types.ts';
import type { Bounds } from '#kernel/geo.ts';
import { Clock, GradeMark, Spark } from '#web/kit/marks.tsx';
import { type Figure, minutesFigure, percentFigure } from '#web/kit/number.view.ts';
import { hasTrend } from '#web/kit/sparkline.view.ts';
import { clockWords, placeWords, whoHas } from './case/words.ts';
import { DayCurve } from './day-panel.tsx';
import { useWords } from './i18n.ts';
import { showBounds } from './map/show.ts';
import { useMoment, useOps } from './store.ts';
import './wall.css';
import { isQuiet, nextView, worstCases } from './wall.view.ts';

const MapView = lazy(() => import('./map/map-view.tsx'));
/** Slow enough that nobody notices it moving, and everybody notices that it moved. */
const DRIFT_EVERY_MS = 45_000;

/** For a screen nobody touches, read from eight metres: three promises, the city, the five worst cases, the day. */
export default function Wall() {
  const { t, say, time, day } = useWords();
  const city = useOps((state) => state.city)!;
  const connection = useOps((state) => state.connection);
  const moment = useMoment();
  useDrift();
  return (
    <div className="wall">
      <section className="wall-side" aria-label={t('wall.gauges')}>
        <header>
          <h1>{say(city.name)}</h1>
          <p className="wall-time">{time(moment)}</p>
          <p className="quiet">
            {day(moment)}
            {connection !== 'live' && ` · ${t(`live.${connection}`)}`}
          </p>
        </header>
        <WallGauges />
      </section>
      <div className="wall-map">
        <Suspense fallback={<div className="map" />}>
          <MapView scale={2.2} isWall />
        </Suspense>
      </div>
      <section className="wall-side cases" aria-label={t('wall.worst')}>
        <Worst />
        <WallDay />
      </section>
    </div>
  );
}

function WallGauges() {
  const { language } = useWords();
  const gauges = useOps((state) => state.gauges);
  return (
    <div className="wall-gauges">
      <WallGauge
        id="coverage"
        figure={percentFigure(gauges?.coverage.value, language)}
        trend={gauges?.coverage.trend}
      />
      <WallGauge
        id="perception"
        figure={percentFigure(gauges?.perception.value, language)}
        trend={gauges?.perception.trend}
      />
      <WallGauge
        id="response"
        figure={minutesFigure(gauges?.response.value, language)}
        trend={gauges?.response.trend}
      />
    </div>
  );
}

function WallGauge({
  id,
  figure,
  trend,
}: {
  id: string;
  figure: Figure;
  trend: readonly (number | null)[] | undefined;
}) {
  const { t } = useWords();
  return (
    <div className="wall-gauge">
      <p className="label">{t(`gauge.${id}`)}</p>
      <p className="value">
        {figure.value}
        <span className="unit">{figure.unit}</span>
      </p>
      {trend && hasTrend(trend) && <Spark values={trend} width={320} height={44} />}
    </div>
  );
}

function Worst() {
  const { t } = useWords();
  const cases = useOps((state) => state.cases);
  const worst = useMemo(() => worstCases(cases?.values() ?? []), [cases]);
  const open = useMemo(() => worstCases(cases?.values() ?? [], Infinity).length, [cases]);
  return (
    <>
      <h2>{t('wall.open', { count: open })}</h2>
      {cases && worst.length === 0 && <p className="wall-quiet">{t('queue.quiet')}</p>}
      <ol className="wall-cases">
        {worst.map((entry) => (
          <WallCase key={entry.id} entry={entry} />
        ))}
      </ol>
    </>
  );
}

function WallCase({ entry }: { entry: CaseView }) {
  const words = useWords();
  const { t, say } = words;
  const moment = useMoment();
  return (
    <li>
      <GradeMark grade={entry.grade} label={t(`grade.${entry.grade}`)} size={34} />
      <div>
        <p className="name">{say(entry.name)}</p>
        <p className="quiet">
          {placeWords(words, entry)} · {whoHas(words, entry)}
        </p>
      </div>
      {entry.clock && <Clock clock={entry.clock} now={moment} words={clockWords(words)} />}
    </li>
  );
}

function WallDay() {
  const { t } = useWords();
  return (
    <div className="wall-day">
      <h2>{t('day.title')}</h2>
      <DayCurve height={110} />
    </div>
  );
}

/** Wanders through the districts while the city is quiet; never under reduced motion. */
function useDrift(): void {
  const city = useOps((state) => state.city)!;
  const cases = useOps((state) => state.cases);
  const quiet = cases !== undefined && isQuiet(cases.values());
  const shown = useRef(0);
  const views = useMemo<Bounds[]>(
    () => [city.bounds, ...city.areas.filter(({ level }) => level === 'district').map(({ bounds }) => bounds)],
    [city],
  );
  useEffect(() => {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const timer = setInterval(() => {
      shown.current = quiet ? nextView(views, shown.current) : 0;
      showBounds(views[shown.current]!);
    }, DRIFT_EVERY_MS);
    return () => clearInterval(timer);
  }, [quiet, views]);
}
