/** The same list as a map, for who wants one. */
import { useEffect, useRef } from 'react';
import type { Position } from '#kernel/geo.ts';
import { useWords } from '../i18n.ts';
import { addMark, makeMap } from './town-map.ts';

export default function NearMap({
  centre,
  marks,
}: {
  centre: Position;
  marks: readonly { place: Position; number: number }[];
}) {
  const { t } = useWords();
  const holder = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: one map per opening
  useEffect(() => {
    const map = makeMap(holder.current!, centre, t('near.mapLabel'), 15);
    addMark(map, centre, '•').getElement().classList.add('here');
    for (const { place, number } of marks) addMark(map, place, String(number));
    return () => map.remove();
  }, [centre]);
  return (
    <div className="map-frame">
      <div ref={holder} className="map" />
    </div>
  );
}
