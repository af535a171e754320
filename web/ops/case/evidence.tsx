import { useState } from 'react';
import { Group } from 'react-aria-components';
import type { CaseDetailView } from '#adapters/console/api.types.ts';
import { formatNumber, printedUnit } from '#web/kit/number.view.ts';
import { Skeleton } from '#web/kit/states.tsx';
import { Chart } from '../chart.tsx';
import { evidenceSpan, findingOf, limitLines, tellingLimits } from '../chart.view.ts';
import { useWords } from '../i18n.ts';
import { useSeries } from '../series.ts';
import { useMoment, useOps } from '../store.ts';

/** The indicator before, at and after the alarm. Its title says what it shows; the tabs are the other sensors that saw it. */
export default function Evidence({ detail }: { detail: CaseDetailView }) {
  const { t, say, language, when } = useWords();
  const moment = useMoment();
  const at = useOps((state) => state.at);
  const [chosen, setChosen] = useState(0);
  const evidence = detail.evidence[Math.min(chosen, detail.evidence.length - 1)]!;
  const minute = Math.floor(moment / 15_000) * 15_000;
  const { from, to } = evidenceSpan(evidence.alarmAt, evidence.clearedAt ?? undefined, at ?? minute);
  const { series, error } = useSeries(evidence.datastreamId, from, to, 480);
  const normal = evidence.normal ?? undefined;
  const unit = printedUnit(evidence.unit);
  const finding =
    series && findingOf(series.times, series.mean, normal, evidence.alarmAt, evidence.clearedAt ?? undefined);
  return (
    <section className="evidence">
      <h3>
        {finding
          ? t(finding.key, {
              indicator: say(evidence.name),
              value: formatNumber(finding.value, language),
              unit,
              when: when(finding.at, moment),
            })
          : say(evidence.name)}
      </h3>
      <p className="hint">
        {say(evidence.thingName)}
        {normal &&
          ` · ${t('chart.normal', { low: formatNumber(normal[0], language), high: formatNumber(normal[1], language), unit })}`}
      </p>
      {error && <p className="quiet">{t('chart.failed', { code: error.code })}</p>}
      {!series && !error && <Skeleton height={176} />}
      {series && series.times.length === 0 && <p className="quiet">{t('chart.empty')}</p>}
      {series && series.times.length > 0 && (
        <Chart
          series={series}
          from={from}
          to={to}
          normal={normal}
          limits={tellingLimits(limitLines(evidence.limits, normal), [...series.min, ...series.max], normal)}
          marks={[
            { at: evidence.alarmAt, label: t('chart.alarm') },
            ...(evidence.clearedAt ? [{ at: evidence.clearedAt, label: t('chart.cleared') }] : []),
          ]}
          moment={at}
          height={176}
          label={`${say(evidence.name)}, ${say(evidence.thingName)}`}
        />
      )}
      {detail.evidence.length > 1 && (
        <Group className="chips" aria-label={t('chart.others')}>
          {detail.evidence.slice(0, 6).map((other, index) => (
            <button
              type="button"
              className="chip"
              key={other.datastreamId}
              aria-pressed={index === chosen}
              onClick={() => setChosen(index)}
            >
              {say(other.thingName)}
            </button>
          ))}
        </Group>
      )}
    </section>
  );
}
