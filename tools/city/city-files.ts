/** The city's shape as files: areas, cells, roads, buildings, ground. */
import { type Feature, lineOf, named, polygonOf, toGeoJson } from './features.ts';
import { buildGround } from './ground.ts';
import { inTerritory } from './land.ts';
import { outlineOf } from './mesh.ts';
import { type CityPlan, cellId, communityId, districtId, nameOfStretch, streetAreaId } from './plan.ts';
import { type Line, lineLength, simplify } from './plane.ts';
import { seededRandom } from './random.ts';
import { personName } from './words.ts';

export const houseId = (index: number): string => `B-${String(index + 1).padStart(5, '0')}`;

function residentsPerCell(plan: CityPlan): number[] {
  const counts = plan.mesh.quads.map(() => 0);
  for (const house of plan.houses) {
    const quad = plan.quadAt(house.centre);
    if (quad) counts[quad.id]! += house.residents;
  }
  return counts;
}

export function areasFile(plan: CityPlan): string {
  const residents = residentsPerCell(plan);
  const features: Feature[] = [];
  const add = (
    id: string,
    level: string,
    name: { zh: string; en: string },
    quads: typeof plan.mesh.quads,
    parent?: string,
  ) => {
    const total = quads.reduce((sum, quad) => sum + residents[quad.id]!, 0);
    features.push({
      id,
      properties: { level, ...named(name), ...(parent ? { parent } : {}), residents: total },
      geometry: polygonOf(outlineOf(quads, plan.mesh)),
    });
  };
  plan.districtNames.forEach((name, i) => {
    add(
      districtId(i),
      'district',
      name,
      plan.mesh.quads.filter((quad) => quad.district === i),
    );
  });
  plan.streetAreaNames.forEach((name, i) => {
    const own = plan.mesh.quads.filter((quad) => quad.street === i);
    add(streetAreaId(i), 'street', name, own, districtId(own[0]!.district));
  });
  plan.communityNames.forEach((name, i) => {
    const own = plan.mesh.quads.filter((quad) => quad.community === i);
    add(communityId(i), 'community', name, own, streetAreaId(own[0]!.street));
  });
  return toGeoJson(features);
}

export function cellsFile(plan: CityPlan): string {
  const residents = residentsPerCell(plan);
  const random = seededRandom('grid-workers');
  const workers = plan.communityNames.map(() => Array.from({ length: 6 }, () => personName(random)));
  const inCommunity = plan.communityNames.map(() => 0);
  return toGeoJson(
    plan.mesh.quads.map((quad): Feature => {
      inCommunity[quad.community]! += 1;
      const number = String(quad.id + 1).padStart(4, '0');
      const local = inCommunity[quad.community]!;
      const community = plan.communityNames[quad.community]!;
      const ring = [...quad.corners, quad.corners[0]].map((corner) => plan.mesh.corners[corner]!);
      return {
        id: cellId(quad),
        properties: {
          ...named({ zh: `${community.zh}${local}网格（${number}）`, en: `Cell ${number}, ${community.en}` }),
          parent: communityId(quad.community),
          residents: residents[quad.id],
          worker_party: `${communityId(quad.community)}-grid`,
          worker_name: workers[quad.community]![Math.floor((local - 1) / 5) % 6],
        },
        geometry: polygonOf([ring]),
      };
    }),
  );
}

/** Stretches of one street and kind that follow each other become one road. */
export function roadsFile(plan: CityPlan): string {
  const features: Feature[] = [];
  let run: { line: Line; kind: string; street: number; end: number; id: number } | undefined;
  const flush = () => {
    if (!run) return;
    const { line, kind, id } = run;
    const name = nameOfStretch(plan, plan.graph.stretches[id]!);
    features.push({
      id: `R-${String(features.length + 1).padStart(4, '0')}`,
      properties: { kind, ...named(name) },
      geometry: lineOf(simplify(line, 0.5)),
    });
    run = undefined;
  };
  for (const stretch of plan.graph.stretches) {
    if (
      run &&
      run.street === stretch.street &&
      run.kind === stretch.kind &&
      run.end === stretch.from &&
      lineLength(run.line) < 1500
    ) {
      run = { ...run, line: [...run.line, ...stretch.line.slice(1)], end: stretch.to };
      continue;
    }
    flush();
    run = { line: stretch.line, kind: stretch.kind, street: stretch.street, end: stretch.to, id: stretch.id };
  }
  flush();
  return toGeoJson(features);
}

export function buildingsFile(plan: CityPlan): string {
  return toGeoJson(
    plan.houses.map((house, i): Feature => {
      const street = plan.streets[plan.graph.stretches[house.stretch]!.street]!.name;
      return {
        id: houseId(i),
        properties: {
          use: house.use,
          levels: house.levels,
          residents: house.residents,
          address_zh: `${street.zh}${house.number}号`,
          address_en: `${house.number} ${street.en}`,
          ...(house.name ? named(house.name) : {}),
          ...(house.critical ? { critical: true } : {}),
        },
        geometry: polygonOf([house.ring]),
      };
    }),
  );
}

export function groundFile(): string {
  return toGeoJson(
    buildGround().flatMap((part, i): Feature[] => {
      const id = `L-${String(i + 1).padStart(4, '0')}`;
      const name = part.zh && part.en ? named({ zh: part.zh, en: part.en }) : {};
      if (part.ring) return [{ id, properties: { kind: part.kind, ...name }, geometry: polygonOf([part.ring]) }];
      const line = part.line!.filter((p) => inTerritory(p, -600));
      if (line.length < 4) return [];
      return [
        {
          id,
          properties: { kind: part.kind, elevation: part.elevation },
          geometry: lineOf(line),
        },
      ];
    }),
  );
}
