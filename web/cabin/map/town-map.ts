/** Makes the map. The engine is larger than all the rest together, so that only who opens a map fetches it. */
import { Map as MapLibre, Marker, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import 'maplibre-gl/dist/maplibre-gl.css';
import type { Position } from '#kernel/geo.ts';
import { cabin } from '../cabin.ts';
import { buildMapStyle, COLOURS } from './map-style.view.ts';

setWorkerUrl(workerUrl);

const isDark = (): boolean => matchMedia('(prefers-color-scheme: dark)').matches;

export function makeMap(container: HTMLElement, centre: Position, label: string, zoom = 16): MapLibre {
  const { language, city } = cabin.get();
  const map = new MapLibre({
    container,
    style: buildMapStyle(location.origin, COLOURS[isDark() ? 'dark' : 'light'], language),
    center: [centre[0], centre[1]],
    zoom,
    minZoom: 10,
    maxZoom: 18,
    attributionControl: false,
    dragRotate: false,
    ...(city && { maxBounds: [...city.bounds] as [number, number, number, number] }),
    locale: { 'Map.Title': label },
  });
  map.touchZoomRotate.disableRotation();
  map.on('idle', () => container.setAttribute('data-map', 'ready'));
  return map;
}

export function addMark(map: MapLibre, place: Position, words: string): Marker {
  const element = document.createElement('div');
  element.className = 'map-mark';
  element.textContent = words;
  return new Marker({ element }).setLngLat([place[0], place[1]]).addTo(map);
}
