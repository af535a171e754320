/** A city as its pack describes it, after parsing: what territory loads and `app` hands to the rooms. */
import type { Bounds, Polygon, Position } from './geo.ts';
import type { Network } from './network.ts';
import type { ReportingRules } from './reporting.ts';
import type { AssetClass, CaseClass, Party, ResponsePlan, WorkingCalendar } from './rules.ts';
import type { AreaId, AssetId, DomainId, Localized, PartyId } from './words.ts';

export interface Area {
  readonly id: AreaId;
  readonly level: 'district' | 'street' | 'community' | 'cell';
  readonly name: Localized;
  readonly parent: AreaId | undefined;
  readonly polygon: Polygon;
  /** Communities and cells: people who live there. Counts only. */
  readonly residents: number | undefined;
  /** Cells: the named grid worker. */
  readonly worker: { readonly party: PartyId; readonly name: string } | undefined;
}

export interface Asset {
  readonly id: AssetId;
  readonly domain: DomainId;
  readonly assetClass: string;
  readonly name: Localized;
  readonly owner: PartyId;
  readonly geometry:
    | { readonly type: 'Point'; readonly coordinates: Position }
    | { readonly type: 'LineString'; readonly coordinates: readonly Position[] };
  /** The point itself, or the middle of the line. */
  readonly place: Position;
  readonly cell: AreaId;
  /** Diameter, material, node ids, elevation, per-asset normals `normal: {pressure: [310, 420]}` … */
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface Road {
  readonly id: string;
  readonly name: Localized;
  readonly kind: 'trunk' | 'primary' | 'secondary' | 'residential' | 'path' | 'bridge' | 'tunnel';
  readonly line: readonly Position[];
}

export interface Building {
  readonly id: string;
  readonly name: Localized | undefined;
  readonly use: string;
  readonly levels: number;
  readonly address: Localized;
  readonly polygon: Polygon;
  readonly place: Position;
  readonly residents: number;
  /** Hospital, school, care home …: first in an impact. */
  readonly critical: boolean;
}

/** An account of the demonstration city, created on the first start; a real city's pack has none. */
export interface SeedAccount {
  readonly name: string;
  readonly displayName: string;
  readonly roles: readonly string[];
  readonly party: PartyId | undefined;
  readonly areas: readonly AreaId[];
}

export interface CityPack {
  readonly id: string;
  readonly directory: string;
  readonly name: Localized;
  readonly fictional: boolean;
  readonly timeZone: string;
  readonly languages: readonly string[];
  readonly defaultLanguage: string;
  readonly referencePrefix: string;
  readonly center: Position;
  readonly bounds: Bounds;
  readonly domains: readonly {
    readonly id: DomainId;
    readonly name: Localized;
    readonly colour: string;
    readonly icon: string;
    readonly classes: readonly AssetClass[];
    readonly settings: Readonly<Record<string, unknown>>;
  }[];
  readonly areas: readonly Area[];
  readonly roads: readonly Road[];
  readonly buildings: readonly Building[];
  /** River, lake, park, hill contours: drawn, not reasoned on. */
  readonly ground: readonly {
    readonly kind: 'water' | 'park' | 'contour' | 'square';
    readonly name: Localized | undefined;
    readonly geometry: GeoJSON.Geometry;
    /** Contours: metres above the sea. */
    readonly elevationMetres?: number | undefined;
  }[];
  readonly assets: readonly Asset[];
  readonly networks: ReadonlyMap<DomainId, Network>;
  readonly parties: readonly Party[];
  readonly calendars: readonly WorkingCalendar[];
  readonly defaultCalendar: string;
  readonly caseClasses: readonly CaseClass[];
  readonly plans: readonly ResponsePlan[];
  readonly accounts: readonly SeedAccount[];
  /** What residents may report: `residents.yaml`. */
  readonly reporting: ReportingRules;
  /** Files that a domain describes, by name, each fitting its schema; absent files are missing here. */
  readonly sections: ReadonlyMap<string, unknown>;
}
