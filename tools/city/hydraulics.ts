/** Runs one day of the pack's water network in EPANET: the proof that it works, and the source of every instrument's normal range. */
import { Project, Workspace } from 'epanet-js';

/** EPANET's own codes; the package's typed enums do not resolve under Node's module rules. */
const NO_SAVE = 0;
const NODE_PRESSURE = 11;
const LINK_FLOW = 8;

export interface HydraulicNode {
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
}
export interface HydraulicLink {
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
}
export interface DayOfWater {
  /** Lowest and highest pressure of each node over the day, kPa; tanks: level in metres. */
  readonly pressure: ReadonlyMap<string, readonly [number, number]>;
  /** Lowest and highest flow of each link over the day, L/s, positive from → to. */
  readonly flow: ReadonlyMap<string, readonly [number, number]>;
}

export const KPA_PER_METRE = 9.80665;

/** The network as an EPANET input file. */
export function toInp(
  nodes: readonly HydraulicNode[],
  links: readonly HydraulicLink[],
  patterns: Readonly<Record<string, readonly number[]>>,
): string {
  const sections = {
    JUNCTIONS: [],
    RESERVOIRS: [],
    TANKS: [],
    PIPES: [],
    PUMPS: [],
    VALVES: [],
    CURVES: [],
    PATTERNS: [],
    CONTROLS: [],
  } as Record<string, string[]>;
  for (const { id, properties: p } of nodes) {
    if (p.kind === 'source') sections.RESERVOIRS!.push(`${id} ${p.head_m}`);
    else if (p.kind === 'tank')
      sections.TANKS!.push(
        `${id} ${p.elevation_m} ${p.init_level_m} ${p.min_level_m} ${p.max_level_m} ${p.diameter_m} 0`,
      );
    else sections.JUNCTIONS!.push(`${id} ${p.elevation_m} ${p.base_demand_lps ?? 0} ${p.pattern ?? ''}`);
  }
  for (const { id, properties: p } of links) {
    const ends = `${id} ${p.from} ${p.to}`;
    if (p.class === 'main') sections.PIPES!.push(`${ends} ${p.length_m} ${p.bore_mm} ${p.roughness} 0 Open`);
    if (p.class === 'pressure-reducing-valve') sections.VALVES!.push(`${ends} ${p.bore_mm} PRV ${p.setting_m} 0`);
    if (p.class === 'pump') {
      sections.PUMPS!.push(`${ends} HEAD C-${id}`);
      sections.CURVES!.push(`C-${id} ${p.curve_flow_lps} ${p.curve_head_m}`);
      sections.CONTROLS!.push(
        `LINK ${id} OPEN IF NODE ${p.tank} BELOW ${p.start_level_m}`,
        `LINK ${id} CLOSED IF NODE ${p.tank} ABOVE ${p.stop_level_m}`,
      );
    }
  }
  for (const [id, values] of Object.entries(patterns)) sections.PATTERNS!.push(`${id} ${values.join(' ')}`);
  const body = Object.entries(sections)
    .map(([name, lines]) => `[${name}]\n${lines.join('\n')}\n`)
    .join('\n');
  return `${body}\n[TIMES]\nDuration 24:00\nHydraulic Timestep 0:15\nPattern Timestep 1:00\n[OPTIONS]\nUnits LPS\nHeadloss H-W\nTrials 200\nAccuracy 0.001\nUnbalanced Continue 10\n[REPORT]\nStatus No\nSummary No\n[END]\n`;
}

function widen(seen: Map<string, [number, number]>, id: string, value: number): void {
  const known = seen.get(id);
  if (known === undefined) seen.set(id, [value, value]);
  else {
    known[0] = Math.min(known[0], value);
    known[1] = Math.max(known[1], value);
  }
}

export async function simulateDay(
  nodes: readonly HydraulicNode[],
  links: readonly HydraulicLink[],
  patterns: Readonly<Record<string, readonly number[]>>,
): Promise<DayOfWater> {
  const workspace = new Workspace();
  await workspace.loadModule();
  workspace.writeFile('city.inp', toInp(nodes, links, patterns));
  const project = new Project(workspace);
  project.open('city.inp', 'city.rpt', 'city.out');
  const hydraulic = links.filter(({ properties }) =>
    ['main', 'pump', 'pressure-reducing-valve'].includes(String(properties.class)),
  );
  const nodeIndex = nodes.map(({ id }) => project.getNodeIndex(id));
  const linkIndex = hydraulic.map(({ id }) => project.getLinkIndex(id));
  const pressure = new Map<string, [number, number]>();
  const flow = new Map<string, [number, number]>();
  project.openH();
  project.initH(NO_SAVE);
  for (;;) {
    project.runH();
    nodes.forEach(({ id, properties }, i) => {
      const metres = project.getNodeValue(nodeIndex[i]!, NODE_PRESSURE);
      widen(pressure, id, properties.kind === 'tank' ? metres : metres * KPA_PER_METRE);
    });
    hydraulic.forEach(({ id }, i) => {
      widen(flow, id, project.getLinkValue(linkIndex[i]!, LINK_FLOW));
    });
    if (project.nextH() === 0) break;
  }
  project.closeH();
  project.close();
  return { pressure, flow };
}
