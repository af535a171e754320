import { LocateFixed } from 'lucide-react';
import { useState } from 'react';
import type { ThingState, ThingView } from '#adapters/console/api.types.ts';
import { HOUR } from '#kernel/time.ts';
import { IconButton } from '#web/kit/button.tsx';
import { GradeMark, Spark } from '#web/kit/marks.tsx';
import { formatNumber, printedUnit } from '#web/kit/number.view.ts';
import { Failure, Skeleton, SkeletonLines } from '#web/kit/states.tsx';
import { agoOf } from '#web/kit/time.view.ts';
import { Chart } from './chart.tsx';
import { limitLines } from './chart.view.ts';
import { reloadSelection, selectCase } from './controller.ts';
import { useWords } from './i18n.ts';
import { showOnMap } from './map/show.ts';
import { PanelHead } from './panel-head.tsx';
import { useSeries } from './series.ts';
import { useMoment, useOps } from './store.ts';
import { propertyRows } from './thing.view.ts';

/** One asset: what it is, whose it is, what it measures now and whether that is normal. */
export default function ThingPanel() {
  const { t, say, language } = useWords();
  const thing = useOps((state) => state.thing);
  const error = useOps((state) => state.thingError);
  if (error && !thing) {
    return (
      <>
        <PanelHead title={t('thing.failed')} canClose />
        <Failure
          title={t('failure.city')}
          message={error.message}
          code={error.code}
          retry={{ label: t('common.retry'), onPress: () => void reloadSelection() }}
        />
      </>
    );
  }
  if (!thing) {
    return (
      <>
        <PanelHead title={<Skeleton width={180} height={18} />} canClose />
        <SkeletonLines lines={8} label={t('common.loading')} />
      </>
    );
  }
  return (
    <>
      <PanelHead title={say(thing.name)} aside={<StateWord state={thing.state} />} canClose>
        <div className="case-place">
          <span className="quiet">
            {[say(thing.className), thing.owner && say(thing.owner.name)].filter(Boolean).join(' · ')}
          </span>
          {thing.place && (
            <IconButton label={t('case.showOnMap')} onPress={() => showOnMap(thing.place!)}>
              <LocateFixed size={16} />
            </IconButton>
          )}
        </div>
      </PanelHead>
      <div className="panel-body">
        <OpenCases thing={thing} />
        {thing.datastreams.length === 0 && <p className="quiet">{t('thing.unobserved')}</p>}
        <ul className="datastreams">
          {thing.datastreams.map((datastream) => (
            <li key={datastream.id}>
              <Measured datastream={datastream} />
            </li>
          ))}
        </ul>
        <section>
          <h3>{t('thing.facts')}</h3>
          <dl className="facts">
            {propertyRows(thing.properties).map(({ key, value, unit }) => (
              <div key={key}>
                <dt>{t(`property.${key}`)}</dt>
                <dd>
                  {typeof value === 'number' && key !== 'year' ? formatNumber(value, language) : String(value)}
                  {unit && <span className="unit"> {unit}</span>}
                </dd>
              </div>
            ))}
            <div>
              <dt>{t('property.id')}</dt>
              <dd>{thing.assetId ?? thing.id}</dd>
            </div>
          </dl>
        </section>
      </div>
    </>
  );
}

function StateWord({ state }: { state: ThingState }) {
  const { t } = useWords();
  const isGrade = state !== 'ok' && state !== 'late' && state !== 'silent';
  return (
    <span className="state-word" data-state={state}>
      {isGrade && <GradeMark grade={state} label="" />}
      {t(`thingState.${state}`)}
    </span>
  );
}

function OpenCases({ thing }: { thing: ThingView }) {
  const { t, say } = useWords();
  if (thing.openCases.length === 0) return null;
  return (
    <section>
      <h3>{t('thing.cases', { count: thing.openCases.length })}</h3>
      <ul className="changes">
        {thing.openCases.map((entry) => (
          <li key={entry.id}>
            <button type="button" onClick={() => selectCase(entry.id)}>
              <GradeMark grade={entry.grade} label={t(`grade.${entry.grade}`)} />
              <span>{say(entry.name)}</span>
              <time>{entry.reference}</time>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

type Datastream = ThingView['datastreams'][number];

/** Value with its normal range and its last six hours; pressed, the sparkline becomes a chart. */
function Measured({ datastream }: { datastream: Datastream }) {
  const { t, say, language, span } = useWords();
  const moment = useMoment();
  const at = useOps((state) => state.at);
  const [isOpen, setOpen] = useState(false);
  const minute = at ?? Math.floor(moment / 15_000) * 15_000;
  const { series } = useSeries(datastream.id, minute - 6 * HOUR, minute, isOpen ? 360 : 60);
  const unit = printedUnit(datastream.unit);
  const normal = datastream.normal ?? undefined;
  const { latest } = datastream;
  return (
    <article className="measured">
      <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span className="name">
          {say(datastream.name)}
          <span className="hint">
            {normal
              ? t('chart.normal', {
                  low: formatNumber(normal[0], language),
                  high: formatNumber(normal[1], language),
                  unit,
                })
              : t(`liveness.${datastream.liveness}`)}
          </span>
        </span>
        {series && series.times.length > 1 ? (
          <Spark values={series.mean} width={84} height={26} normal={normal} />
        ) : (
          <span className="no-spark" />
        )}
        <span className="value" data-state={datastream.grade ?? 'ok'}>
          {datastream.grade && <GradeMark grade={datastream.grade} label={t(`grade.${datastream.grade}`)} size={12} />}
          {latest?.value === undefined || latest.value === null ? '–' : formatNumber(latest.value, language)}
          <span className="unit"> {unit}</span>
          <span className="hint">
            {latest ? span(agoOf(moment - latest.at)) : t(`liveness.${datastream.liveness}`)}
            {datastream.liveness === 'silent' || datastream.liveness === 'late'
              ? ` · ${t(`liveness.${datastream.liveness}`)}`
              : ''}
          </span>
        </span>
      </button>
      {isOpen && series && series.times.length > 0 && (
        <Chart
          series={series}
          from={minute - 6 * HOUR}
          to={minute}
          normal={normal}
          limits={limitLines(datastream.limits, normal)}
          marks={[]}
          moment={undefined}
          height={150}
          label={say(datastream.name)}
        />
      )}
    </article>
  );
}
