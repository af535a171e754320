/** A pipe network as a graph: what flows where, and which valves cut a pipe off. Pure words; the domains reason on it. */
import type { Position } from './geo.ts';
import type { AssetId } from './words.ts';

export interface NetworkNode {
  readonly id: string;
  /** The asset that stands at this node, when there is one (valve, hydrant, logger, tank). */
  readonly assetId: AssetId | undefined;
  readonly kind: 'junction' | 'valve' | 'source' | 'tank' | 'pump' | 'hydrant';
  readonly place: Position;
  readonly elevationMetres: number;
  /** The pack's own words about the node, verbatim: `base_demand_lps`, `pattern`, `zone`, tank levels … */
  readonly properties?: Readonly<Record<string, unknown>> | undefined;
}

export interface NetworkLink {
  readonly id: AssetId;
  readonly from: string;
  readonly to: string;
  readonly line: readonly Position[];
  readonly lengthMetres: number;
  readonly boreMm: number;
  readonly material: string | undefined;
}

export interface Network {
  readonly domain: string;
  readonly nodes: ReadonlyMap<string, NetworkNode>;
  readonly links: ReadonlyMap<AssetId, NetworkLink>;
}
