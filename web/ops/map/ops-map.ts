/** The living map: owns the MapLibre instance and turns what the interface knows into what is drawn. No React in here. */
import { type GeoJSONSource, Map as MapLibre, type MapMouseEvent, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import 'maplibre-gl/dist/maplibre-gl.css';
import type { CaseDetailView, CaseView, CityView, PointsView, ThingState } from '#adapters/console/api.types.ts';
import type { Bounds, Position } from '#kernel/geo.ts';
import { gradeRank, type Localized, type ThingId } from '#kernel/words.ts';
import { drawMarks } from './marks.ts';
import { PALETTES, type Theme } from './palette.view.ts';
import { PointsLayer, rankOfState } from './points-layer.ts';
import { buildStyle, FIRST_LAYER_ABOVE_POINTS, type StyleInput } from './style.view.ts';

setWorkerUrl(workerUrl);

export interface Padding {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

export type Hit =
  | { readonly kind: 'case'; readonly id: string }
  | { readonly kind: 'cluster'; readonly place: Position; readonly cluster: number }
  | {
      readonly kind: 'thing';
      readonly id: ThingId;
      readonly assetId: string | undefined;
      readonly name: Localized | undefined;
    };

export interface MapHandlers {
  onHover(hit: Hit | undefined, at: { x: number; y: number }): void;
  onPick(hit: Hit | undefined): void;
  onReady(): void;
}

export interface Look {
  readonly theme: Theme;
  readonly language: string;
  readonly hiddenDomains: ReadonlySet<string>;
  readonly focusDomain: string | undefined;
}

/** How near the pointer must come, in pixels. */
const REACH = 9;
const LINES_EVERY_MS = 400;

export class OpsMap {
  readonly map: MapLibre;
  private readonly city: CityView;
  private readonly handlers: MapHandlers;
  private readonly scale: number;
  private points: PointsLayer | undefined;
  private look: Look;
  private isLoaded = false;
  private cases: readonly CaseView[] = [];
  private detail: CaseDetailView | undefined;
  private selectedThing: ThingId | undefined;
  private selectedPlace: Position | undefined;
  private hoverFrame = 0;
  private idleCursor = '';
  private readonly lineStates = new Map<ThingId, ThingState>();
  private lineTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    container: HTMLElement,
    city: CityView,
    look: Look,
    scale: number,
    padding: Padding,
    handlers: MapHandlers,
  ) {
    this.city = city;
    this.look = look;
    this.scale = scale;
    this.handlers = handlers;
    this.map = new MapLibre({
      container,
      style: buildStyle(this.styleInput()),
      bounds: [...city.bounds],
      fitBoundsOptions: { padding: { ...padding } },
      minZoom: 9,
      maxZoom: 19,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      // Names are placed anew this often while the map moves; at zero it would be on every frame.
      fadeDuration: 300,
      canvasContextAttributes: { antialias: false },
      localIdeographFontFamily: '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    // A tile that is not there is no news; anything else belongs on the console.
    this.map.on('error', ({ error }) => {
      if (!/AJAXError|Failed to fetch/.test(String(error))) console.error(error);
    });
    this.map.once('load', () => this.onLoad());
    this.map.on('mousemove', (event) => this.hover(event));
    this.map.on('mouseout', () => handlers.onHover(undefined, { x: 0, y: 0 }));
    this.map.on('click', (event) => this.pick(event));
  }

  private styleInput(): StyleInput {
    return {
      palette: PALETTES[this.look.theme],
      language: this.look.language,
      origin: location.origin,
      bounds: this.city.bounds,
      domains: this.city.domains,
      hiddenDomains: this.look.hiddenDomains,
      focusDomain: this.look.focusDomain,
      scale: this.scale,
    };
  }

  private onLoad(): void {
    this.isLoaded = true;
    this.repaint(true);
    if (this.points) this.addPoints(this.points);
    this.drawCases();
    this.drawSituation();
    this.drawLineStates();
    this.handlers.onReady();
  }

  setPoints(points: PointsView): void {
    this.points = new PointsLayer(points, this.city.center, this.scale);
    if (this.isLoaded) this.addPoints(this.points);
  }

  private addPoints(points: PointsLayer): void {
    this.paintPoints();
    if (!this.map.getLayer(points.id)) this.map.addLayer(points, FIRST_LAYER_ABOVE_POINTS);
  }

  private paintPoints(): void {
    const { theme, hiddenDomains, focusDomain } = this.look;
    const colourOf = (id: string): string | undefined => this.city.domains.find((domain) => domain.id === id)?.colour;
    this.points?.paint(PALETTES[theme], colourOf, hiddenDomains, focusDomain);
  }

  /** One animation frame's worth of changes; lines are feature-state of the tiles, points a byte in their buffer. */
  setStates(changes: ReadonlyMap<ThingId, ThingState>): void {
    let anyPoint = false;
    for (const [id, state] of changes) {
      if (this.points?.setState(id, state)) anyPoint = true;
      else this.setLineState(id, state);
    }
    if (anyPoint) this.map.triggerRepaint();
  }

  private setLineState(id: ThingId, state: ThingState): void {
    this.lineStates.set(id, state);
    if (this.isLoaded && this.lineTimer === undefined)
      this.lineTimer = setTimeout(() => this.drawLineStates(), LINES_EVERY_MS);
  }

  /** Every change of a line's state uploads the paint of its tiles again, so they go together, a few times a second. */
  private drawLineStates(): void {
    this.lineTimer = undefined;
    for (const [id, state] of this.lineStates)
      this.map.setFeatureState({ source: 'assets', sourceLayer: 'assets', id }, { rank: rankOfState(state) });
    this.lineStates.clear();
  }

  /** Another theme, language or choice of layers: only what differs is painted again, the tiles stay. */
  setLook(look: Look): void {
    if (look === this.look) return;
    const themed = look.theme !== this.look.theme;
    this.look = look;
    if (this.isLoaded) this.repaint(themed);
  }

  private repaint(themed: boolean): void {
    if (themed) drawMarks(this.map, PALETTES[this.look.theme]);
    for (const layer of buildStyle(this.styleInput()).layers) {
      const own = layer as { paint?: object; layout?: object };
      for (const [name, value] of Object.entries(own.paint ?? {})) {
        const key = name as AllPaintProperties;
        if (!same(this.map.getPaintProperty(layer.id, key), value)) this.map.setPaintProperty(layer.id, key, value);
      }
      for (const [name, value] of Object.entries(own.layout ?? {})) {
        const key = name as AllLayoutProperties;
        if (!same(this.map.getLayoutProperty(layer.id, key), value)) this.map.setLayoutProperty(layer.id, key, value);
      }
      if (layer.id === 'lifelines' && 'filter' in layer) this.map.setFilter(layer.id, layer.filter ?? null);
    }
    this.paintPoints();
    this.drawSituation();
  }

  setCases(cases: readonly CaseView[]): void {
    this.cases = cases;
    if (this.isLoaded) this.drawCases();
  }

  private drawCases(): void {
    const features = this.cases.map((entry) => ({
      type: 'Feature' as const,
      properties: { id: entry.id, rank: gradeRank(entry.grade) },
      geometry: { type: 'Point' as const, coordinates: [...entry.place] },
    }));
    this.source('cases').setData({ type: 'FeatureCollection', features });
  }

  setSelection(detail: CaseDetailView | undefined, thing: ThingId | undefined, place: Position | undefined): void {
    this.detail = detail;
    this.selectedThing = thing;
    this.selectedPlace = place;
    if (this.isLoaded) this.drawSituation();
  }

  /** The selection and what it takes with it: the pipe cut off, the valves to close, the cells without water, the critical sites. */
  private drawSituation(): void {
    const impact = this.detail?.impact;
    const features: GeoJSON.Feature[] = [];
    const mark = (icon: string, place: Position, label = ''): void => {
      features.push({
        type: 'Feature',
        properties: { icon, label },
        geometry: { type: 'Point', coordinates: [...place] },
      });
    };
    for (const site of impact?.criticalSites ?? []) mark('site', site.place, this.say(site.name));
    for (const valve of impact?.valves ?? []) mark('valve', valve.place, valve.name);
    if (this.detail) mark('selected', this.detail.place);
    else if (this.selectedPlace) mark(this.selectedThing === undefined ? 'place' : 'selected', this.selectedPlace);
    this.source('marks').setData({ type: 'FeatureCollection', features });
    this.map.setFilter('impact-links', ['in', ['get', 'asset'], ['literal', [...(impact?.links ?? [])]]]);
    this.map.setFilter('impact-cells', ['in', ['get', 'id'], ['literal', [...(impact?.cells ?? [])]]]);
    const line = this.detail?.assetId;
    this.map.setFilter(
      'selected-line',
      line !== undefined
        ? ['all', ['==', ['geometry-type'], 'LineString'], ['==', ['get', 'asset'], line]]
        : ['all', ['==', ['geometry-type'], 'LineString'], ['==', ['id'], this.selectedThing ?? -1]],
    );
  }

  private say = (name: Localized): string => name[this.look.language] ?? name.en ?? '';

  private source(id: string): GeoJSONSource {
    return this.map.getSource(id) as GeoJSONSource;
  }

  private hover(event: MapMouseEvent): void {
    if (this.hoverFrame !== 0 || this.map.isMoving()) return;
    this.hoverFrame = requestAnimationFrame(() => {
      this.hoverFrame = 0;
      const hit = this.hitAt(event);
      this.map.getCanvas().style.cursor = hit ? 'pointer' : this.idleCursor;
      this.handlers.onHover(hit, event.point);
    });
  }

  /** While somebody is asked to point at something, the pointer says so. */
  setPointing(isPointing: boolean): void {
    this.idleCursor = isPointing ? 'crosshair' : '';
    this.map.getCanvas().style.cursor = this.idleCursor;
  }

  private pick(event: MapMouseEvent): void {
    const hit = this.hitAt(event);
    if (hit?.kind !== 'cluster') {
      this.handlers.onPick(hit);
      return;
    }
    void this.source('cases')
      .getClusterExpansionZoom(hit.cluster)
      .then((zoom) =>
        this.map.easeTo({ center: [...hit.place], zoom: Math.min(zoom + 0.5, 17), duration: motion(300) }),
      );
  }

  /** Cases first, then points, then lines: what matters more lies above. */
  private hitAt({ point, lngLat }: MapMouseEvent): Hit | undefined {
    if (!this.isLoaded) return undefined;
    const box = (reach: number): [[number, number], [number, number]] => [
      [point.x - reach, point.y - reach],
      [point.x + reach, point.y + reach],
    ];
    const found = this.map.queryRenderedFeatures(box(2), { layers: ['case-marks', 'case-clusters'] })[0];
    if (found && 'cluster_id' in found.properties) {
      const place = (found.geometry as GeoJSON.Point).coordinates as unknown as Position;
      return { kind: 'cluster', place, cluster: Number(found.properties.cluster_id) };
    }
    if (found) return { kind: 'case', id: String(found.properties.id) };
    const degrees = (REACH * 360) / (512 * 2 ** this.map.getZoom());
    const id = this.points?.nearest([lngLat.lng, lngLat.lat], degrees, this.map.getZoom());
    if (id !== undefined) return { kind: 'thing', id, assetId: undefined, name: undefined };
    const line = this.map.queryRenderedFeatures(box(4), { layers: ['lifelines'] })[0];
    if (line?.id === undefined) return undefined;
    const { asset, name_zh, name_en } = line.properties as Record<string, string>;
    return { kind: 'thing', id: Number(line.id), assetId: asset, name: { zh: name_zh ?? '', en: name_en ?? '' } };
  }

  /** Brings a place into the free part of the map; stays where it is when the place is already well in sight. */
  show(place: Position, padding: Padding, zoom = 15.2): void {
    const { x, y } = this.map.project([...place]);
    const { clientWidth, clientHeight } = this.map.getContainer();
    const inSight =
      x > padding.left + 40 &&
      x < clientWidth - padding.right - 40 &&
      y > padding.top + 40 &&
      y < clientHeight - padding.bottom - 40;
    if (inSight && this.map.getZoom() >= zoom - 1.2) return;
    this.map.easeTo({
      center: [...place],
      zoom: Math.max(zoom, this.map.getZoom()),
      padding: { ...padding },
      duration: motion(600),
    });
  }

  fit(bounds: Bounds, padding: Padding): void {
    this.map.fitBounds([...bounds], { padding: { ...padding }, duration: motion(600), maxZoom: 16 });
  }

  zoom(step: 1 | -1): void {
    this.map.easeTo({ zoom: this.map.getZoom() + step, duration: motion(200) });
  }

  placeOf = (thing: ThingId): Position | undefined => this.points?.placeOf(thing);

  destroy(): void {
    clearTimeout(this.lineTimer);
    this.map.remove();
  }
}

type AllPaintProperties = Parameters<MapLibre['getPaintProperty']>[1];
type AllLayoutProperties = Parameters<MapLibre['getLayoutProperty']>[1];

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export const prefersStill = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;
const motion = (ms: number): number => (prefersStill() ? 0 : ms);
