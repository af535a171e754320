import { LocateFixed, Map as MapIcon, MapPin, Search, Store } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { PlaceView } from '#adapters/residents/api.types.ts';
import type { Position } from '#kernel/geo.ts';
import { ApiError, locate, searchPlaces } from '../api.ts';
import { announce, useCabin } from '../cabin.ts';
import { useWords } from '../i18n.ts';
import { Action, Choice, Failure, Field, filled, Notice, Options, Page, Waiting } from '../parts.tsx';
import { getDraft, type Spot, setDraft, useDraft } from './draft.ts';

const PlacePicker = lazy(() => import('../map/place-picker.tsx'));

const toSpot = (view: PlaceView, accuracyMetres?: number): Spot => ({
  place: view.place,
  address: view.address,
  community: view.community,
  accuracyMetres,
  inCity: view.inCity,
});

/** Where it is: here, by its address, on the map, or in words when nothing else is to be had. */
export function WhereStep({
  progress,
  onNext,
}: {
  progress: { step: number; of: number } | undefined;
  onNext: () => void;
}) {
  const { t, say } = useWords();
  const { spot } = useDraft();
  const kiosk = useCabin((state) => state.kiosk);
  const isReachable = useCabin((state) => state.isReachable);
  const [isMapOpen, setMapOpen] = useState(false);
  const [isLooking, setLooking] = useState(false);
  const [problem, setProblem] = useState<string>();

  function choose(next: Spot): void {
    setDraft({ spot: next });
    setProblem(next.inCity ? undefined : t('failure.outside'));
    announce(say(next.address));
  }
  /** Without a network the place itself is enough; the city finds the address when it arrives. */
  async function chooseAt(place: Position, accuracyMetres?: number): Promise<void> {
    try {
      choose(toSpot(await locate(place), accuracyMetres));
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 0) throw error;
      choose({ place, address: {}, community: undefined, accuracyMetres, inCity: true });
    }
  }
  function here(): void {
    setLooking(true);
    setProblem(undefined);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        void chooseAt([coords.longitude, coords.latitude], coords.accuracy).finally(() => setLooking(false)),
      () => {
        setLooking(false);
        setProblem(t('where.noPosition'));
      },
      { enableHighAccuracy: true, timeout: 12_000, maximumAge: 30_000 },
    );
  }
  function next(): void {
    const { spot: chosen } = getDraft();
    if (chosen?.inCity) onNext();
    else setProblem(t(chosen ? 'failure.outside' : 'where.missing'));
  }

  return (
    <Page title={t('where.title')} lead={t('where.lead')} progress={progress}>
      {problem && <Notice tone="wrong">{problem}</Notice>}
      {spot && <SpotCard spot={spot} />}
      {isMapOpen ? (
        <Suspense fallback={<Waiting />}>
          <PlacePicker
            start={spot?.place ?? kiosk?.place}
            onPick={(place) => {
              setMapOpen(false);
              void chooseAt(place);
            }}
            onClose={() => setMapOpen(false)}
          />
        </Suspense>
      ) : (
        <div className="option-list">
          {kiosk && (
            <Choice
              icon={<Store aria-hidden size={28} />}
              title={t('where.kiosk')}
              detail={say(kiosk.address)}
              onPress={() => choose({ ...kiosk, accuracyMetres: 20, inCity: true })}
            />
          )}
          {!kiosk && (
            <Choice
              icon={<LocateFixed aria-hidden size={28} />}
              title={t(isLooking ? 'where.looking' : 'where.here')}
              onPress={here}
            />
          )}
          {isReachable && (
            <Choice icon={<MapIcon aria-hidden size={28} />} title={t('where.map')} onPress={() => setMapOpen(true)} />
          )}
        </div>
      )}
      {!isMapOpen && (
        <>
          {isReachable ? <AddressSearch onPick={(view) => choose(toSpot(view))} /> : <InWords onPick={choose} />}
          <div className="actions onward">
            <Action look="primary" onClick={next}>
              {t('action.next')}
            </Action>
          </div>
        </>
      )}
    </Page>
  );
}

function SpotCard({ spot }: { spot: Spot }) {
  const { t, say, distance } = useWords();
  const address = say(spot.address);
  return (
    <div className="spot" data-outside={spot.inCity ? undefined : ''}>
      <MapPin aria-hidden size={28} />
      <div>
        <p className="strong">{address || t('where.positionKnown')}</p>
        <p className="hint">
          {[
            say(spot.community?.name),
            spot.accuracyMetres && t('where.within', { distance: distance(spot.accuracyMetres) }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
    </div>
  );
}

function AddressSearch({ onPick }: { onPick: (view: PlaceView) => void }) {
  const { t, say, language } = useWords();
  const [words, setWords] = useState('');
  const [found, setFound] = useState<readonly PlaceView[]>();
  const [error, setError] = useState<ApiError>();
  return (
    <form
      className="search"
      onSubmit={(event) => {
        event.preventDefault();
        setError(undefined);
        if (words.trim() !== '')
          searchPlaces(words.trim(), language).then(({ places }) => {
            setFound(places);
            announce(t('where.found', { count: places.length }));
          }, setError);
      }}
    >
      <Field label={t('where.search')}>
        {(ids) => (
          <div className="with-button">
            <input
              {...ids}
              className="input"
              type="search"
              autoComplete={filled('street-address')}
              value={words}
              onChange={(event) => setWords(event.target.value)}
            />
            <Action submit aria-label={t('where.searchNow')}>
              <Search aria-hidden size={24} />
            </Action>
          </div>
        )}
      </Field>
      {error && <Failure error={error} />}
      {found?.length === 0 && <p className="hint">{t('where.nothing')}</p>}
      <div className="option-list">
        {found?.map((view) => (
          <Choice
            key={view.place.join()}
            icon={<MapPin aria-hidden size={24} />}
            title={say(view.address)}
            detail={say(view.community?.name)}
            onPress={() => {
              onPick(view);
              setFound(undefined);
            }}
          />
        ))}
      </div>
    </form>
  );
}

const COMMUNITY_RADIUS_METRES = 800;

/** Without a network: the community from the list, the rest in somebody's own words. */
function InWords({ onPick }: { onPick: (spot: Spot) => void }) {
  const { t, say } = useWords();
  const { spot, addressWords } = useDraft();
  const communities = useCabin((state) => state.city?.communities) ?? [];
  return (
    <>
      <Field label={t('where.words')} hint={t('where.wordsHint')}>
        {(ids) => (
          <input
            {...ids}
            className="input"
            autoComplete="off"
            value={addressWords}
            onChange={(event) => setDraft({ addressWords: event.target.value })}
          />
        )}
      </Field>
      {!spot && (
        <Options
          legend={t('where.community')}
          values={communities.map(({ id, name }) => ({ key: id, name: say(name) }))}
          chosen={[]}
          onChange={([chosen]) => {
            const community = communities.find(({ id }) => id === chosen)!;
            onPick({
              place: community.center,
              address: community.name,
              community,
              accuracyMetres: COMMUNITY_RADIUS_METRES,
              inCity: true,
            });
          }}
        />
      )}
    </>
  );
}
