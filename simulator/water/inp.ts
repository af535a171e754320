/**
 * Writes a water system as the input text of EPANET. A broken pipe is split where it broke: the water leaves through an orifice at a
 * new node between two half pipes, so that it is lost from the pipe and not from a street corner, and closing the valves at both ends
 * really stops it.
 */
import type { WaterSystem } from './system.ts';

const G = 9.80665;

export interface Leak {
  readonly pipe: string;
  /** Area of the hole as a share of the pipe's cross-section. */
  readonly openShare: number;
}

/** What has happened to the system so far, carried from one model to the next. */
export interface Condition {
  readonly leaks: ReadonlyMap<string, Leak>;
  readonly tankLevels: ReadonlyMap<string, number>;
  /** Pumps that stood still. */
  readonly idlePumps: ReadonlySet<string>;
  readonly closedPipes: ReadonlySet<string>;
  /** Seconds since local midnight. */
  readonly localSeconds: number;
}

export const breakNode = (pipe: string): string => `${pipe}~x`;
export const farHalf = (pipe: string): string => `${pipe}~2`;

/**
 * EPANET's emitter coefficient of a hole, L/s at one metre of pressure: C·A·√(2g). At 40 m a hole of 6 % in a 300 mm main
 * loses about 70 L/s, as a real one does.
 */
export const emitterCoefficient = (boreMm: number, openShare: number, discharge: number): number =>
  discharge * openShare * (Math.PI / 4) * (boreMm / 1_000) ** 2 * Math.sqrt(2 * G) * 1_000;

export function toInp(system: WaterSystem, condition: Condition): string {
  const sections: Record<string, string[]> = {
    JUNCTIONS: [],
    RESERVOIRS: [],
    TANKS: [],
    PIPES: [],
    PUMPS: [],
    VALVES: [],
    EMITTERS: [],
    CURVES: [],
    PATTERNS: Object.entries(system.patterns).map(([id, values]) => `${id} ${values.join(' ')}`),
    STATUS: [],
    CONTROLS: [],
    OPTIONS: [
      'Units LPS',
      'Headloss H-W',
      'Trials 100',
      'Accuracy 0.001',
      'Unbalanced Continue 20',
      'Demand Model PDA',
      'Minimum Pressure 0',
      'Required Pressure 15',
      'Pressure Exponent 0.5',
      'Backflow Allowed No',
    ],
    TIMES: [
      'Duration 876000:00',
      'Hydraulic Timestep 0:01',
      `Pattern Timestep ${clock(system.patternStepSeconds)}`,
      `Pattern Start ${clock(condition.localSeconds)}`,
    ],
    REPORT: ['Status No', 'Summary No', 'Messages No'],
  };
  const write = (section: string, ...cells: (string | number)[]) => sections[section]!.push(cells.join(' '));
  writeNodes(system, condition, write);
  writePipes(system, condition, write);
  writePumps(system, condition, write);
  for (const { id, from, to, boreMm, settingMetres } of system.reducers)
    write('VALVES', id, from, to, boreMm, 'PRV', settingMetres, 0);
  return `${Object.entries(sections)
    .map(([name, lines]) => `[${name}]\n${lines.join('\n')}`)
    .join('\n\n')}\n\n[END]\n`;
}

type Write = (section: string, ...cells: (string | number)[]) => void;

function writeNodes(system: WaterSystem, condition: Condition, write: Write): void {
  for (const { id, kind, elevationMetres, demandLps, pattern, headMetres, tank } of system.nodes) {
    if (kind === 'reservoir') write('RESERVOIRS', id, headMetres);
    else if (tank)
      write(
        'TANKS',
        id,
        elevationMetres,
        inside(condition.tankLevels.get(id) ?? tank.level, tank.least, tank.most),
        tank.least,
        tank.most,
        tank.diameter,
        0,
      );
    else
      write(
        'JUNCTIONS',
        id,
        elevationMetres,
        demandLps,
        pattern !== undefined && system.patterns[pattern] ? pattern : '',
      );
  }
}

const inside = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

function writePipes(system: WaterSystem, condition: Condition, write: Write): void {
  const elevations = new Map(system.nodes.map(({ id, elevationMetres }) => [id, elevationMetres]));
  for (const { id, from, to, lengthMetres, boreMm, roughness } of system.pipes) {
    const leak = condition.leaks.get(id);
    const status = condition.closedPipes.has(id) ? 'Closed' : 'Open';
    if (!leak) {
      write('PIPES', id, from, to, lengthMetres, boreMm, roughness, 0, status);
      continue;
    }
    const far = condition.closedPipes.has(farHalf(id)) ? 'Closed' : 'Open';
    write('JUNCTIONS', breakNode(id), ((elevations.get(from) ?? 0) + (elevations.get(to) ?? 0)) / 2, 0);
    write('EMITTERS', breakNode(id), emitterCoefficient(boreMm, leak.openShare, system.dischargeCoefficient));
    write('PIPES', id, from, breakNode(id), lengthMetres / 2, boreMm, roughness, 0, status);
    write('PIPES', farHalf(id), breakNode(id), to, lengthMetres / 2, boreMm, roughness, 0, far);
  }
}

function writePumps(system: WaterSystem, condition: Condition, write: Write): void {
  for (const { id, from, to, curve, control } of system.pumps) {
    write('PUMPS', id, from, to, `HEAD C-${id}`);
    write('CURVES', `C-${id}`, curve.flowLps, curve.headMetres);
    if (condition.idlePumps.has(id)) write('STATUS', id, 'Closed');
    if (!control) continue;
    write('CONTROLS', 'LINK', id, 'OPEN IF NODE', control.tank, 'BELOW', control.startLevel);
    write('CONTROLS', 'LINK', id, 'CLOSED IF NODE', control.tank, 'ABOVE', control.stopLevel);
  }
}

const clock = (seconds: number): string => {
  const whole = Math.floor(seconds);
  return [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
};
