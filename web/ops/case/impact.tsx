import type { Impact } from '#casework/casework.types.ts';
import { formatCount, formatNumber } from '#web/kit/number.view.ts';
import { useWords } from '../i18n.ts';
import { showOnMap } from '../map/show.ts';
import { Part } from './part.tsx';

/** What a failing main takes with it. Valves first: they are what somebody must do. */
export function ImpactList({ impact }: { impact: Impact }) {
  const { t, say, language } = useWords();
  const distance = (metres: number): string =>
    metres < 1_000
      ? `${formatCount(Math.round(metres / 10) * 10, language)} m`
      : `${formatNumber(metres / 1_000, language)} km`;
  const figures: readonly [string, string][] = [
    [formatCount(impact.cells.length, language), t('impact.cells', { count: impact.cells.length })],
    [formatCount(impact.buildings, language), t('impact.buildings', { count: impact.buildings })],
    [
      impact.residents === undefined || impact.residents === null
        ? t('impact.fewResidents')
        : formatCount(impact.residents, language),
      t('impact.residents'),
    ],
  ];
  return (
    <Part title={t('impact.title')}>
      <dl className="impact-figures">
        {figures.map(([value, label]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {impact.valves.length > 0 && (
        <>
          <h4>{t('impact.valves', { count: impact.valves.length })}</h4>
          <ul className="places">
            {impact.valves.map((valve) => (
              <li key={valve.assetId}>
                <button type="button" onClick={() => showOnMap(valve.place)}>
                  <span>{valve.name}</span>
                  <span className="quiet">{distance(valve.distanceMetres)}</span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      {impact.criticalSites.length > 0 && (
        <>
          <h4>{t('impact.sites', { count: impact.criticalSites.length })}</h4>
          <ul className="places">
            {impact.criticalSites.map((site) => (
              <li key={site.id}>
                <button type="button" onClick={() => showOnMap(site.place)}>
                  <span>{say(site.name)}</span>
                  <span className="quiet">{distance(site.distanceMetres)}</span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </Part>
  );
}
