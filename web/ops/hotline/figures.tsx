import type { HotlineFigures } from '#adapters/console/hotline-api.types.ts';
import { Spark } from '#web/kit/marks.tsx';
import { percentFigure } from '#web/kit/number.view.ts';
import { hasTrend } from '#web/kit/sparkline.view.ts';
import { useOps } from '../store.ts';
import { useHotlineWords } from './words.ts';

type RateKey = 'response' | 'resolved' | 'satisfied';
const THREE: readonly RateKey[] = ['response', 'resolved', 'satisfied'];
const TREND = { width: 72, height: 20 };
/** A share as it stands on the screen: what reads as the target has met it. */
const asShown = (ratio: number): number => Math.round(ratio * 1_000) / 1_000;

/** The promises of the line, each with what it is measured against or counted from, and how it went day by day. */
export function Figures({ figures }: { figures: HotlineFigures | undefined }) {
  const { h, language } = useHotlineWords();
  const targets = figures?.targets;
  const p95 = figures?.answerP95Seconds;
  const isSlow = p95 !== undefined && targets !== undefined && p95 > targets.answerWithinSeconds;
  const share = (value: number): string => {
    const { value: text, unit } = percentFigure(value, language);
    return `${text}${unit}`;
  };
  return (
    <dl className="hotline-figures" aria-label={h('figures')}>
      <div data-missed={isSlow || undefined}>
        <dt>{h('answer')}</dt>
        <dd className="value">
          {p95 === undefined ? '–' : Math.ceil(p95)}
          {p95 !== undefined && <span className="unit">{h('seconds')}</span>}
        </dd>
        <dd className="hint">
          {targets ? h('target', { value: `≤ ${targets.answerWithinSeconds} ${h('seconds')}` }) : h('figures')}
        </dd>
      </div>
      <RateFigure
        name={h('connected')}
        rate={figures?.connected}
        trend={figures?.days.map(({ connected }) => connected.value ?? null)}
        isMissed={
          targets !== undefined &&
          figures?.connected.value !== undefined &&
          asShown(figures.connected.value) < targets.connectedRatio
        }
        note={targets ? h('target', { value: `≥ ${share(targets.connectedRatio)}` }) : undefined}
      />
      {THREE.map((key) => (
        <RateFigure
          key={key}
          name={h(key)}
          rate={figures?.rates[key]}
          trend={figures?.days.map((day) => day[key].value ?? null)}
        />
      ))}
    </dl>
  );
}

function RateFigure(props: {
  name: string;
  rate: HotlineFigures['connected'] | undefined;
  trend: readonly (number | null)[] | undefined;
  isMissed?: boolean;
  note?: string | undefined;
}) {
  const { h, language } = useHotlineWords();
  const { value, unit } = percentFigure(props.rate?.value, language);
  const counted = props.rate?.of === undefined ? h('tooFew') : h('counted', { count: props.rate.of });
  return (
    <div data-missed={props.isMissed || undefined}>
      <dt>{props.name}</dt>
      <dd className="value">
        {value}
        <span className="unit">{unit}</span>
        {props.trend && hasTrend(props.trend) && <Spark values={props.trend} {...TREND} />}
      </dd>
      <dd className="hint">{props.note ?? counted}</dd>
    </div>
  );
}

/** The same three, where and by whom: shown while nobody calls. */
export function RateTables({ figures }: { figures: HotlineFigures }) {
  const { h, say } = useHotlineWords();
  const city = useOps((state) => state.city);
  const areaName = (id: string) => say(city?.areas.find((area) => area.id === id)?.name) || id;
  const partyName = (id: string) => say(city?.parties.find((party) => party.id === id)?.name) || id;
  return (
    <div className="hotline-tables">
      <RateTable title={h('byDistrict')} first={h('area')} rows={figures.districts} nameOf={areaName} />
      <RateTable title={h('byParty')} first={h('unit')} rows={figures.parties} nameOf={partyName} />
    </div>
  );
}

function RateTable(props: {
  title: string;
  first: string;
  rows: HotlineFigures['districts'];
  nameOf: (id: string) => string;
}) {
  const { h, language } = useHotlineWords();
  if (props.rows.length === 0) return null;
  return (
    <table>
      <caption>{props.title}</caption>
      <thead>
        <tr>
          <th>{props.first}</th>
          {THREE.map((key) => (
            <th key={key}>{h(key)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {props.rows.map((row) => (
          <tr key={row.id}>
            <th scope="row">{props.nameOf(row.id)}</th>
            {THREE.map((key) => {
              const { value, unit } = percentFigure(row[key].value, language);
              return (
                <td key={key} title={row[key].of === undefined ? h('tooFew') : h('counted', { count: row[key].of })}>
                  {value}
                  <span className="unit">{unit}</span>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
