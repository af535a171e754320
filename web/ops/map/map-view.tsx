import { useEffect, useMemo, useRef, useState } from 'react';
import { useTheme } from '#web/kit/theme.ts';
import { getPoints } from '../api.ts';
import { act, notifyError, selectCase, selectThing } from '../controller.ts';
import { useWords } from '../i18n.ts';
import { onStates } from '../map-states.ts';
import { freePadding } from '../panels.tsx';
import { queueOf } from '../queue.view.ts';
import { getOps, setOps, useOps } from '../store.ts';
import { HoverCard } from './hover-card.tsx';
import { MapTools } from './map-tools.tsx';
import { type Hit, OpsMap } from './ops-map.ts';
import { onShow } from './show.ts';

declare global {
  interface Window {
    /** The living map, for measurements and for whoever is curious in the console. */
    cityloomMap?: OpsMap;
  }
}

/** Joins the snapshot to the map: whatever changes there is handed on, whatever is picked here is selected everywhere. */
export default function MapView({ scale = 1, isWall = false }: { scale?: number; isWall?: boolean }) {
  const holder = useRef<HTMLElement>(null);
  const city = useOps((state) => state.city)!;
  const theme = useTheme();
  const { language, t } = useWords();
  const [map, setMap] = useState<OpsMap>();
  const [hover, setHover] = useState<{ hit: Hit; at: { x: number; y: number } }>();
  const hiddenDomains = useOps((state) => state.hiddenDomains);
  const focusDomain = useOps((state) => state.focusDomain);
  const locating = useOps((state) => state.locating);

  // biome-ignore lint/correctness/useExhaustiveDependencies: one map for one city; everything else is handed to it below
  useEffect(() => {
    let isGone = false;
    const padding = isWall ? { top: -20, right: 0, bottom: -20, left: 0 } : freePadding();
    const look = { theme, language, hiddenDomains, focusDomain };
    const made = new OpsMap(holder.current!, city, look, scale, padding, {
      onHover: (hit, at) => setHover(hit && hit.kind !== 'cluster' ? { hit, at } : undefined),
      onPick: pick,
      onReady: () => document.documentElement.setAttribute('data-map', 'ready'),
    });
    window.cityloomMap = made;
    setMap(made);
    let stopStates: (() => void) | undefined;
    void getPoints()
      .then((points) => !isGone && made.setPoints(points), notifyError)
      .finally(() => {
        if (!isGone) stopStates = onStates((changes) => made.setStates(changes));
      });
    return () => {
      isGone = true;
      stopStates?.();
      made.destroy();
    };
  }, [city]);

  useEffect(
    () => map?.setLook({ theme, language, hiddenDomains, focusDomain }),
    [map, theme, language, hiddenDomains, focusDomain],
  );
  useEffect(() => map?.setPointing(locating !== undefined), [map, locating]);
  useCases(map);
  useSelection(map, isWall);
  useEffect(
    () =>
      onShow((wish) => ('place' in wish ? map?.show(wish.place, freePadding()) : map?.fit(wish.bounds, freePadding()))),
    [map],
  );

  return (
    <>
      <section className="map" ref={holder} aria-label={t('map.title')} />
      {hover && !isWall && <HoverCard hit={hover.hit} at={hover.at} />}
      {map && !isWall && <MapTools map={map} />}
    </>
  );
}

function useCases(map: OpsMap | undefined): void {
  const cases = useOps((state) => state.cases);
  const filter = useOps((state) => state.filter);
  const party = useOps((state) => state.session?.account.party);
  const shown = useMemo(() => queueOf(cases?.values() ?? [], filter, party), [cases, filter, party]);
  useEffect(() => map?.setCases(shown), [map, shown]);
}

function useSelection(map: OpsMap | undefined, isWall: boolean): void {
  const selection = useOps((state) => state.selection);
  const detail = useOps((state) => state.detail);
  const thing = useOps((state) => state.thing);
  useEffect(() => {
    if (!map) return;
    const thingId = selection?.kind === 'thing' ? selection.id : undefined;
    const place =
      selection?.kind === 'place'
        ? selection.result.place
        : thingId === undefined
          ? undefined
          : (map.placeOf(thingId) ?? thing?.place);
    map.setSelection(selection?.kind === 'case' ? detail : undefined, thingId, place);
  }, [map, selection, detail, thing]);
  useEffect(() => {
    if (!map || isWall) return;
    const known = selection?.kind === 'case' ? getOps().cases?.get(selection.id)?.place : undefined;
    const place = known ?? (selection?.kind === 'place' ? selection.result.place : undefined);
    if (place) map.show(place, freePadding());
  }, [map, selection, isWall]);
}

/** A click selects everywhere; while a case asks for its pipe, the click answers instead. */
function pick(hit: Hit | undefined): void {
  const { locating } = getOps();
  if (locating !== undefined) {
    if (hit?.kind !== 'thing' || hit.assetId === undefined) return;
    setOps({ locating: undefined });
    void act(locating, 'locate', { assetId: hit.assetId }).catch(notifyError);
    return;
  }
  if (hit?.kind === 'case') selectCase(hit.id);
  else if (hit?.kind === 'thing') selectThing(hit.id);
}
