/** The map moves under a pin that stays: a finger, a mouse or the arrow keys do the same thing. */
import { MapPin, Minus, Plus } from 'lucide-react';
import type { Map as MapLibre } from 'maplibre-gl';
import { useEffect, useRef } from 'react';
import type { Position } from '#kernel/geo.ts';
import { cabin } from '../cabin.ts';
import { useWords } from '../i18n.ts';
import { Action } from '../parts.tsx';
import { makeMap } from './town-map.ts';

export default function PlacePicker(props: {
  start: Position | undefined;
  onPick: (place: Position) => void;
  onClose: () => void;
}) {
  const { t } = useWords();
  const holder = useRef<HTMLDivElement>(null);
  const map = useRef<MapLibre>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: one map per opening
  useEffect(() => {
    const start = props.start ?? cabin.get().city?.center ?? [0, 0];
    const made = makeMap(holder.current!, start, t('where.mapLabel'), props.start ? 17 : 14);
    made.on('click', ({ lngLat }) => made.easeTo({ center: lngLat }));
    map.current = made;
    made.getCanvas().focus();
    return () => made.remove();
  }, []);
  const pick = () => {
    const { lng, lat } = map.current!.getCenter();
    props.onPick([lng, lat]);
  };
  return (
    <div className="picker">
      <p className="hint">{t('where.mapHint')}</p>
      <div className="map-frame">
        <div ref={holder} className="map" />
        <MapPin className="map-pin" aria-hidden size={44} />
        <div className="map-zoom">
          <Action aria-label={t('where.zoomIn')} onClick={() => map.current?.zoomIn()}>
            <Plus aria-hidden size={24} />
          </Action>
          <Action aria-label={t('where.zoomOut')} onClick={() => map.current?.zoomOut()}>
            <Minus aria-hidden size={24} />
          </Action>
        </div>
      </div>
      <div className="actions">
        <Action look="primary" onClick={pick}>
          {t('where.usePin')}
        </Action>
        <Action onClick={props.onClose}>{t('action.cancel')}</Action>
      </div>
    </div>
  );
}
