import type { EarlierView, HotlineRulesView } from '#adapters/console/hotline-api.types.ts';
import type { NearbyCase } from '#adapters/residents/api.types.ts';
import { percentFigure } from '#web/kit/number.view.ts';
import { useNow } from '../store.ts';
import type { Draft } from './desk.view.ts';
import { useHotlineWords } from './words.ts';

/** What is known already: what this caller told before, and what others told nearby. */
export function Context(props: {
  rules: HotlineRulesView;
  draft: Draft;
  change: (change: Partial<Draft>) => void;
  earlier: readonly EarlierView[] | undefined;
  nearby: readonly NearbyCase[];
}) {
  const { rules, draft, change, earlier, nearby } = props;
  const { h, say, when, language } = useHotlineWords();
  const now = useNow();
  const nameOf = (code: string) => say(rules.categories.find((each) => each.code === code)?.name) || code;
  return (
    <>
      <section aria-labelledby="hotline-earlier">
        <h2 id="hotline-earlier">{h('earlier')}</h2>
        {(earlier ?? []).length === 0 && (
          <p className="quiet none">{h(earlier === undefined ? 'noNumber' : 'noEarlier')}</p>
        )}
        <ul className="hotline-list">
          {earlier?.map((report) => (
            <li key={report.id}>
              <span className="what">
                <span>{nameOf(report.category)}</span>
                <span className="hint">
                  {when(report.at, now)} · {report.reference}
                  {report.address && ` · ${say(report.address)}`}
                </span>
              </span>
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="hotline-nearby">
        <h2 id="hotline-nearby">{h('nearby')}</h2>
        {nearby.length === 0 && <p className="quiet none">{h(draft.place === undefined ? 'needPlace' : 'noNearby')}</p>}
        <ul className="hotline-list" aria-live="polite">
          {nearby.map((found) => {
            const isChosen = draft.joins === found.caseId;
            const { value, unit } = percentFigure(found.likeness, language);
            return (
              <li key={found.caseId} data-chosen={isChosen || undefined}>
                <span className="what">
                  <span>{say(found.name)}</span>
                  <span className="hint">
                    {say(found.address)} · {h('metres', { count: Math.round(found.distanceMetres) })} ·{' '}
                    {when(found.since, now)}
                    {found.likeness !== undefined && ` · ${h('likeness', { percent: `${value}${unit}` })}`}
                  </span>
                </span>
                <button
                  type="button"
                  className="chip"
                  aria-pressed={isChosen}
                  onClick={() => change({ joins: isChosen ? undefined : found.caseId })}
                >
                  {h(isChosen ? 'sameChosen' : 'same')}
                </button>
              </li>
            );
          })}
        </ul>
      </section>
    </>
  );
}
