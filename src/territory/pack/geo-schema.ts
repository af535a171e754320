/** The GeoJSON files of a pack as TypeBox schemas. One collection per file; `id` on every feature; names as `name_<language>`. */
import Type, { type Static, type TProperties, type TSchema } from 'typebox';

const Coordinate = Type.Array(Type.Number(), { minItems: 2, maxItems: 3 });
const Line = Type.Array(Coordinate, { minItems: 2 });
const Ring = Type.Array(Coordinate, { minItems: 4 });
const PointGeometry = Type.Object({ type: Type.Literal('Point'), coordinates: Coordinate });
const LineGeometry = Type.Object({ type: Type.Literal('LineString'), coordinates: Line });
const PolygonGeometry = Type.Object({ type: Type.Literal('Polygon'), coordinates: Type.Array(Ring, { minItems: 1 }) });
const AnyGeometry = Type.Union([
  PointGeometry,
  LineGeometry,
  PolygonGeometry,
  Type.Object({ type: Type.Literal('MultiLineString'), coordinates: Type.Array(Line) }),
  Type.Object({ type: Type.Literal('MultiPolygon'), coordinates: Type.Array(Type.Array(Ring)) }),
]);

const feature = <P extends TProperties, G extends TSchema>(properties: P, geometry: G) =>
  Type.Object({
    type: Type.Literal('Feature'),
    id: Type.String({ minLength: 1 }),
    properties: Type.Object(properties),
    geometry,
  });
const collection = <F extends TSchema>(item: F) =>
  Type.Object({ type: Type.Literal('FeatureCollection'), features: Type.Array(item) });
const text = () => Type.String({ minLength: 1 });
const count = () => Type.Integer({ minimum: 0 });

const areaLevel = Type.Enum(['district', 'street', 'community']);
export const AreasFile = collection(
  feature({ level: areaLevel, parent: Type.Optional(text()), residents: Type.Optional(count()) }, PolygonGeometry),
);
export const CellsFile = collection(
  feature(
    { parent: text(), residents: count(), worker_party: Type.Optional(text()), worker_name: Type.Optional(text()) },
    PolygonGeometry,
  ),
);
const roadKind = Type.Enum(['trunk', 'primary', 'secondary', 'residential', 'path', 'bridge', 'tunnel']);
export const RoadsFile = collection(feature({ kind: roadKind }, LineGeometry));
export const BuildingsFile = collection(
  feature(
    { use: text(), levels: count(), residents: count(), critical: Type.Optional(Type.Boolean()) },
    PolygonGeometry,
  ),
);
const groundKind = Type.Enum(['water', 'park', 'contour', 'square']);
export const GroundFile = collection(
  feature({ kind: groundKind, elevation: Type.Optional(Type.Number()) }, AnyGeometry),
);
export const AssetsFile = collection(
  feature(
    {
      class: text(),
      owner: text(),
      from: Type.Optional(text()),
      to: Type.Optional(text()),
      length_m: Type.Optional(Type.Number({ minimum: 0 })),
      bore_mm: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
      material: Type.Optional(Type.String()),
      normal: Type.Optional(Type.Record(Type.String(), Type.Tuple([Type.Number(), Type.Number()]))),
      facts: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]))),
    },
    Type.Union([PointGeometry, LineGeometry]),
  ),
);
const nodeKind = Type.Enum(['junction', 'valve', 'source', 'tank', 'pump', 'hydrant']);
export const NetworkFile = collection(
  feature({ kind: nodeKind, elevation_m: Type.Number(), asset: Type.Optional(text()) }, PointGeometry),
);

export type AreasGeo = Static<typeof AreasFile>;
export type CellsGeo = Static<typeof CellsFile>;
export type RoadsGeo = Static<typeof RoadsFile>;
export type BuildingsGeo = Static<typeof BuildingsFile>;
export type GroundGeo = Static<typeof GroundFile>;
export type AssetsGeo = Static<typeof AssetsFile>;
export type NetworkGeo = Static<typeof NetworkFile>;

export const geoSchemas = {
  areas: AreasFile,
  cells: CellsFile,
  roads: RoadsFile,
  buildings: BuildingsFile,
  ground: GroundFile,
  assets: AssetsFile,
  network: NetworkFile,
} as const;
