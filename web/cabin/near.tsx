/** What is open around here and what help is near: a list first, a map for who asks for one. */
import { LocateFixed, Map as MapIcon, Store } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { NearbyView } from '#adapters/residents/api.types.ts';
import type { Position } from '#kernel/geo.ts';
import { type ApiError, getNearby } from './api.ts';
import { go, onStartAgain, useCabin } from './cabin.ts';
import { useWords } from './i18n.ts';
import { CategoryIcon } from './icons.tsx';
import { Action, Choice, Failure, Notice, Options, Page, Waiting } from './parts.tsx';
import { useRemote } from './remote.ts';
import { categoryOf } from './report/draft.ts';

const NearMap = lazy(() => import('./map/near-map.tsx'));

/** Remembered while the page is open: whoever comes back from a case does not say again where they are. */
let lastPlace: Position | undefined;
onStartAgain(() => {
  lastPlace = undefined;
});

export default function Near() {
  const { t, say } = useWords();
  const kiosk = useCabin((state) => state.kiosk);
  const communities = useCabin((state) => state.city?.communities) ?? [];
  const [place, setPlace] = useState<Position | undefined>(kiosk?.place ?? lastPlace);
  const [problem, setProblem] = useState<string>();
  const choose = (chosen: Position) => {
    lastPlace = chosen;
    setPlace(chosen);
  };
  const here = () =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => choose([coords.longitude, coords.latitude]),
      () => setProblem(t('where.noPosition')),
      { enableHighAccuracy: true, timeout: 12_000, maximumAge: 60_000 },
    );
  if (place) return <Around key={place.join()} place={place} />;
  return (
    <Page title={t('near.where')}>
      {problem && <Notice tone="wrong">{problem}</Notice>}
      <Choice icon={<LocateFixed aria-hidden size={28} />} title={t('where.here')} onPress={here} />
      <Options
        legend={t('where.community')}
        values={communities.map(({ id, name }) => ({ key: id, name: say(name) }))}
        chosen={[]}
        onChange={([chosen]) => choose(communities.find(({ id }) => id === chosen)!.center)}
      />
    </Page>
  );
}

function Around({ place }: { place: Position }) {
  const { t } = useWords();
  const { value, error, reload } = useRemote(`near ${place}`, () => getNearby(place));
  const [isMap, setMap] = useState(false);
  const isReachable = useCabin((state) => state.isReachable);
  return (
    <Page title={t('near.title')} lead={t('near.lead')}>
      {error && <Failure error={error as ApiError} retry={reload} />}
      {!value && !error && <Waiting />}
      {value && (
        <>
          <CaseList cases={value.cases} />
          <ServiceList services={value.services} />
          {isReachable && !isMap && (
            <div className="actions">
              <Action onClick={() => setMap(true)}>
                <MapIcon aria-hidden size={24} />
                {t('near.map')}
              </Action>
            </div>
          )}
          {isMap && (
            <Suspense fallback={<Waiting />}>
              <NearMap
                centre={place}
                marks={value.cases.map((each, index) => ({ place: each.place, number: index + 1 }))}
              />
            </Suspense>
          )}
        </>
      )}
    </Page>
  );
}

function CaseList({ cases }: { cases: NearbyView['cases'] }) {
  const { t, say, ago, distance } = useWords();
  return (
    <section>
      <h2>{t('near.cases')}</h2>
      {cases.length === 0 && <p className="quiet">{t('near.noCases')}</p>}
      <ol className="rows">
        {cases.map((each, index) => (
          <li key={each.caseId} className="row">
            <span className="row-number">{index + 1}</span>
            <CategoryIcon name={categoryOf(each.category)?.icon} />
            <div>
              <p className="strong">{say(each.name)}</p>
              <p>{say(each.address)}</p>
              <p className="hint">
                {t('known.away', { distance: distance(each.distanceMetres) })} · {ago(each.since)} ·{' '}
                {t(`state.${each.state}`)}
              </p>
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

function ServiceList({ services }: { services: NearbyView['services'] }) {
  const { t, say, distance } = useWords();
  if (services.length === 0) return null;
  return (
    <section>
      <h2>{t('near.services')}</h2>
      <div className="option-list">
        {services.map((each) => (
          <Choice
            key={`${each.id} ${each.place}`}
            icon={<Store aria-hidden size={28} />}
            title={say(each.name)}
            detail={`${t(each.open ? 'near.open' : 'near.closed')} · ${t('known.away', { distance: distance(each.distanceMetres) })} · ${say(each.hours)}`}
            onPress={() => go(['services', each.id])}
          />
        ))}
      </div>
    </section>
  );
}
