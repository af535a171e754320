/** The city's water as its pack describes it, in the words and units of a hydraulic model: metres, litres a second, millimetres. */
import type { Asset, CityPack } from '#kernel/city.ts';

export interface WaterNode {
  readonly id: string;
  readonly kind: 'junction' | 'reservoir' | 'tank';
  /** An isolation valve stands here: closing it shuts every pipe that ends here. */
  readonly isValve: boolean;
  readonly assetId: string | undefined;
  /** Bottom of a tank. */
  readonly elevationMetres: number;
  readonly demandLps: number;
  readonly pattern: string | undefined;
  /** Total head of a reservoir. */
  readonly headMetres: number;
  readonly tank:
    | { readonly level: number; readonly least: number; readonly most: number; readonly diameter: number }
    | undefined;
}

export interface WaterPipe {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly lengthMetres: number;
  readonly boreMm: number;
  readonly roughness: number;
}

export interface WaterPump {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly curve: { readonly flowLps: number; readonly headMetres: number };
  /** Starts and stops by the level of a tank. */
  readonly control: { readonly tank: string; readonly startLevel: number; readonly stopLevel: number } | undefined;
}

export interface WaterReducer {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly boreMm: number;
  readonly settingMetres: number;
}

export interface WaterSystem {
  readonly nodes: readonly WaterNode[];
  readonly pipes: readonly WaterPipe[];
  readonly pumps: readonly WaterPump[];
  readonly reducers: readonly WaterReducer[];
  /** Multipliers of base demand, from local midnight on. */
  readonly patterns: Readonly<Record<string, readonly number[]>>;
  readonly patternStepSeconds: number;
  /** Of a burst: what share of the ideal jet comes out of a ragged hole. */
  readonly dischargeCoefficient: number;
  /** Of a burst nobody described: the hole's area as a share of the pipe's cross-section. */
  readonly burstShare: number;
}

const number = (from: Readonly<Record<string, unknown>> | undefined, name: string, otherwise = 0): number => {
  const value = from?.[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
};
const text = (from: Readonly<Record<string, unknown>> | undefined, name: string): string | undefined => {
  const value = from?.[name];
  return typeof value === 'string' ? value : undefined;
};

/** Undefined when the pack has no water network. */
export function readWaterSystem(pack: Pick<CityPack, 'assets' | 'networks' | 'domains'>): WaterSystem | undefined {
  const network = pack.networks.get('water');
  if (!network || network.nodes.size === 0) return undefined;
  const settings = pack.domains.find(({ id }) => id === 'water')?.settings ?? {};
  const burst = settings.burst as Readonly<Record<string, unknown>> | undefined;
  const of = (assetClass: string) =>
    pack.assets.filter((asset) => asset.domain === 'water' && asset.assetClass === assetClass);
  const patterns = (settings.patterns ?? {}) as Record<string, readonly number[]>;
  return {
    nodes: [...network.nodes.values()].map(({ id, kind, assetId, elevationMetres, properties }) => ({
      id,
      kind: kind === 'source' ? 'reservoir' : kind === 'tank' ? 'tank' : 'junction',
      isValve: kind === 'valve',
      assetId,
      elevationMetres,
      demandLps: number(properties, 'base_demand_lps'),
      pattern: text(properties, 'pattern'),
      headMetres: number(properties, 'head_m', elevationMetres),
      tank:
        kind === 'tank'
          ? {
              level: number(properties, 'init_level_m', 3),
              least: number(properties, 'min_level_m', 0.5),
              most: number(properties, 'max_level_m', 6),
              diameter: number(properties, 'diameter_m', 20),
            }
          : undefined,
    })),
    pipes: of('main').map(({ id, properties }) => ({
      id,
      from: text(properties, 'from') ?? '',
      to: text(properties, 'to') ?? '',
      lengthMetres: number(properties, 'length_m', network.links.get(id)?.lengthMetres ?? 1),
      boreMm: number(properties, 'bore_mm', 100),
      roughness: number(properties, 'roughness', 120),
    })),
    pumps: of('pump').map(toPump),
    reducers: of('pressure-reducing-valve').map(({ id, properties }) => ({
      id,
      from: text(properties, 'from') ?? '',
      to: text(properties, 'to') ?? '',
      boreMm: number(properties, 'bore_mm', 200),
      settingMetres: number(properties, 'setting_m', 40),
    })),
    patterns,
    patternStepSeconds: number(settings, 'pattern_step_seconds', 3_600),
    dischargeCoefficient: number(burst, 'discharge_coefficient', 0.75),
    burstShare: number(burst, 'area_share_of_bore', 0.3),
  };
}

function toPump({ id, properties }: Asset): WaterPump {
  const tank = text(properties, 'tank');
  return {
    id,
    from: text(properties, 'from') ?? '',
    to: text(properties, 'to') ?? '',
    curve: { flowLps: number(properties, 'curve_flow_lps', 50), headMetres: number(properties, 'curve_head_m', 50) },
    control: tank
      ? { tank, startLevel: number(properties, 'start_level_m', 2), stopLevel: number(properties, 'stop_level_m', 5) }
      : undefined,
  };
}
