/**
 * The city's water in motion: EPANET on the pack's own network, stepped with the clock. A burst, a closed valve or a repair changes
 * the model and is solved at once; between events tanks fill and empty and demand follows the hour.
 *
 * A solve of some thousand nodes takes milliseconds. A burst or repair rebuilds the model (pipes cannot be split while EPANET runs);
 * tank levels, pumps and closed valves are carried over, so nothing jumps but what really changed.
 */
import { Project, Workspace } from 'epanet-js';
import { LinkCode, NO_SAVE, NodeCode, OptionCode, TimeCode } from './epanet-codes.ts';
import { breakNode, farHalf, type Leak, toInp } from './inp.ts';
import type { WaterSystem } from './system.ts';

const G = 9.80665;
const LONGEST_STEP_SECONDS = 300;

export interface Hydraulics {
  /** Lets time pass, then solves. `demandFactor` scales all demand (weather, chance). */
  advance(seconds: number, demandFactor?: number): void;
  burst(pipe: string, openShare: number): void;
  repair(pipe: string): void;
  /** By the id of the node the valve stands at. */
  setValve(node: string, isOpen: boolean): void;
  setPump(pump: string, isRunning: boolean): void;
  leaks(): ReadonlyMap<string, Leak>;
  closedValves(): ReadonlySet<string>;
  /** Valves to close so that no water reaches the break; undefined when a source cannot be cut off. */
  isolationValves(pipe: string): readonly string[] | undefined;
  pressureKpa(node: string): number;
  headMetres(node: string): number;
  levelMetres(tank: string): number;
  /** Net flow out of a tank or source, L/s. */
  outflowLps(node: string): number;
  /** Through a pipe, pump or reducer, positive in its own direction. */
  flowLps(link: string): number;
  demandLps(node: string): number;
  pumpKw(pump: string): number;
  leakLps(pipe: string): number;
  /** Milliseconds the last solve took. */
  lastSolveMs(): number;
  close(): void;
}

export async function startHydraulics(system: WaterSystem, localSeconds: number): Promise<Hydraulics> {
  const workspace = new Workspace();
  await workspace.loadModule();
  return new EpanetHydraulics(system, workspace, localSeconds);
}

/**
 * EPANET's codes below 100 are news about the water (a pump cannot keep up while a main is open), not about the program; the library
 * would print each of them.
 */
function quiet(project: Project): Project {
  const checked = project as unknown as { _checkError(code: number): void };
  const check = checked._checkError.bind(project);
  checked._checkError = (code) => check(code < 100 ? 0 : code);
  return project;
}

class EpanetHydraulics implements Hydraulics {
  readonly #system: WaterSystem;
  readonly #workspace: Workspace;
  readonly #pipes: ReadonlyMap<string, WaterSystem['pipes'][number]>;
  readonly #pipesAt = new Map<string, string[]>();
  readonly #elevation: ReadonlyMap<string, number>;
  readonly #leaks = new Map<string, Leak>();
  readonly #closedValves = new Set<string>();
  readonly #stoppedPumps = new Set<string>();
  #project: Project;
  #nodeAt = new Map<string, number>();
  #linkAt = new Map<string, number>();
  #localSeconds: number;
  #factor = 1;
  #solveMs = 0;
  #heads: readonly number[] = [];
  #demands: readonly number[] = [];
  #flows: readonly number[] = [];

  constructor(system: WaterSystem, workspace: Workspace, localSeconds: number) {
    this.#system = system;
    this.#workspace = workspace;
    this.#localSeconds = localSeconds;
    this.#pipes = new Map(system.pipes.map((pipe) => [pipe.id, pipe]));
    this.#elevation = new Map(system.nodes.map(({ id, elevationMetres }) => [id, elevationMetres]));
    for (const { id, from, to } of system.pipes)
      for (const end of [from, to]) this.#pipesAt.set(end, [...(this.#pipesAt.get(end) ?? []), id]);
    this.#project = this.#open(new Map(), new Set());
    this.#solve();
  }

  #open(tankLevels: ReadonlyMap<string, number>, idlePumps: ReadonlySet<string>): Project {
    const closedPipes = new Set([...this.#closedValves].flatMap((node) => this.#endsAt(node)));
    const text = toInp(this.#system, {
      leaks: this.#leaks,
      tankLevels,
      idlePumps,
      closedPipes,
      localSeconds: this.#localSeconds,
    });
    this.#workspace.writeFile('city.inp', text);
    const project = quiet(new Project(this.#workspace));
    project.open('city.inp', 'city.rpt', '');
    project.openH();
    project.initH(NO_SAVE);
    this.#nodeAt = new Map(this.#system.nodes.map(({ id }) => [id, project.getNodeIndex(id)]));
    for (const pipe of this.#leaks.keys()) this.#nodeAt.set(breakNode(pipe), project.getNodeIndex(breakNode(pipe)));
    const links = [...this.#system.pipes, ...this.#system.pumps, ...this.#system.reducers].map(({ id }) => id);
    this.#linkAt = new Map(
      [...links, ...[...this.#leaks.keys()].map(farHalf)].map((id) => [id, project.getLinkIndex(id)]),
    );
    return project;
  }

  #rebuild(): void {
    const levels = new Map(this.#tanks().map((id) => [id, this.levelMetres(id)]));
    const idle = new Set(this.#system.pumps.map(({ id }) => id).filter((id) => this.#status(id) === 0));
    this.#project.closeH();
    this.#project.close();
    this.#project = this.#open(levels, idle);
    for (const pump of this.#stoppedPumps) this.setPump(pump, false);
    this.#solve();
  }

  #solve(): void {
    const began = performance.now();
    this.#project.setOption(OptionCode.demandMultiplier, this.#factor);
    this.#project.runH();
    this.#heads = this.#project.getNodeValues(NodeCode.head);
    this.#demands = this.#project.getNodeValues(NodeCode.demand);
    this.#flows = this.#project.getLinkValues(LinkCode.flow);
    this.#solveMs = performance.now() - began;
  }

  advance(seconds: number, demandFactor = 1): void {
    this.#factor = demandFactor;
    for (let left = Math.round(seconds); left > 0; ) {
      this.#project.setTimeParameter(TimeCode.hydraulicStep, Math.min(left, LONGEST_STEP_SECONDS));
      const passed = this.#project.nextH();
      if (passed <= 0) break;
      left -= passed;
      this.#localSeconds = (this.#localSeconds + passed) % 86_400;
      this.#solve();
    }
    if (seconds < 1) this.#solve();
  }

  burst(pipe: string, openShare: number): void {
    if (!this.#pipes.has(pipe)) throw new RangeError(`There is no main ${pipe}.`);
    this.#leaks.set(pipe, { pipe, openShare });
    this.#rebuild();
  }

  repair(pipe: string): void {
    if (this.#leaks.delete(pipe)) this.#rebuild();
  }

  setValve(node: string, isOpen: boolean): void {
    if (isOpen) this.#closedValves.delete(node);
    else this.#closedValves.add(node);
    const stillClosed = new Set([...this.#closedValves].flatMap((closed) => this.#endsAt(closed)));
    for (const link of this.#endsAt(node))
      this.#project.setLinkValue(this.#link(link), LinkCode.status, stillClosed.has(link) ? 0 : 1);
    this.#solve();
  }

  setPump(pump: string, isRunning: boolean): void {
    if (isRunning) this.#stoppedPumps.delete(pump);
    else this.#stoppedPumps.add(pump);
    this.#project.setLinkValue(this.#link(pump), LinkCode.status, isRunning ? 1 : 0);
  }

  /** The pipe halves that end at a node. */
  #endsAt(node: string): string[] {
    return (this.#pipesAt.get(node) ?? []).map((pipe) =>
      this.#leaks.has(pipe) && this.#pipes.get(pipe)!.to === node ? farHalf(pipe) : pipe,
    );
  }

  isolationValves(pipe: string): readonly string[] | undefined {
    const start = this.#pipes.get(pipe);
    if (!start) return undefined;
    const kinds = new Map(this.#system.nodes.map((node) => [node.id, node]));
    const open = new Set([...this.#system.pumps, ...this.#system.reducers].flatMap(({ from, to }) => [from, to]));
    const valves = new Set<string>();
    const seen = new Set<string>();
    for (const queue = [start.from, start.to]; queue.length > 0; ) {
      const node = queue.pop()!;
      if (seen.has(node)) continue;
      seen.add(node);
      if (kinds.get(node)?.isValve) valves.add(node);
      else if (kinds.get(node)?.kind !== 'junction' || open.has(node)) return undefined;
      else
        for (const next of this.#pipesAt.get(node) ?? [])
          queue.push(this.#pipes.get(next)!.from, this.#pipes.get(next)!.to);
    }
    return [...valves];
  }

  leaks = (): ReadonlyMap<string, Leak> => this.#leaks;
  closedValves = (): ReadonlySet<string> => this.#closedValves;
  pressureKpa = (node: string): number =>
    Math.max(0, (this.#heads[this.#node(node) - 1]! - (this.#elevation.get(node) ?? 0)) * G);
  headMetres = (node: string): number => this.#heads[this.#node(node) - 1]!;
  levelMetres = (tank: string): number => this.#heads[this.#node(tank) - 1]! - (this.#elevation.get(tank) ?? 0);
  outflowLps = (node: string): number => -this.#demands[this.#node(node) - 1]!;
  demandLps = (node: string): number => this.#demands[this.#node(node) - 1]!;
  flowLps = (link: string): number => this.#flows[this.#link(link) - 1]!;
  pumpKw = (pump: string): number => this.#project.getLinkValue(this.#link(pump), LinkCode.energy);
  leakLps = (pipe: string): number => (this.#leaks.has(pipe) ? this.#demands[this.#node(breakNode(pipe)) - 1]! : 0);
  lastSolveMs = (): number => this.#solveMs;

  close(): void {
    this.#project.closeH();
    this.#project.close();
  }

  #status = (link: string): number => this.#project.getLinkValue(this.#link(link), LinkCode.status);
  #tanks = (): string[] => this.#system.nodes.filter(({ kind }) => kind === 'tank').map(({ id }) => id);

  #node(id: string): number {
    const at = this.#nodeAt.get(id);
    if (at === undefined) throw new RangeError(`There is no water node ${id}.`);
    return at;
  }

  #link(id: string): number {
    const at = this.#linkAt.get(id);
    if (at === undefined) throw new RangeError(`There is no water link ${id}.`);
    return at;
  }
}
