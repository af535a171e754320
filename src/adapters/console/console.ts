/**
 * The console: the web API of the operations centre, and the city live. It translates between the rooms and the browser, decides
 * who may see and do what, and owns nothing but the recent past of the live stream and the colours of the map.
 */
import type { FastifyInstance } from 'fastify';
import type { CaseChange } from '#casework/casework.types.ts';
import { createScope } from '#people/scope.ts';
import { createCaseParties } from './case-parties.ts';
import { sees } from './case-permissions.ts';
import { registerCaseRoutes } from './case-routes.ts';
import { type Desk, toCaseView } from './case-views.ts';
import { createCityIndex } from './city-index.ts';
import { registerCityRoutes } from './city-routes.ts';
import type { Console, ConsoleDeps } from './console.types.ts';
import { registerLedgerRoutes } from './ledger-routes.ts';
import { createLiveHub } from './live-hub.ts';
import type { FrameSource } from './live-ring.ts';
import { registerLiveRoute } from './live-routes.ts';
import { registerPeopleRoutes } from './people-routes.ts';
import { registerPhotoRoutes } from './photo-routes.ts';
import { refuseForeignWrite } from './request-origin.ts';
import { registerSessionRoutes } from './session-routes.ts';
import { registerStateRoutes } from './state-routes.ts';
import { createStateTracker } from './state-tracker.ts';
import { registerThingRoutes } from './thing-routes.ts';
import { typed } from './typed-routes.ts';

/** Silence needs no hurry; a state's change may take a second, a value half of one. */
const SWEEP_MS = 5_000;
const STATES_MS = 1_000;
const VALUES_MS = 500;
const HEARTBEAT_MS = 15_000;
const GAUGES_MS = 10_000;

/** Registers `/api/v1` and returns what the loop feeds; `start` it once the rooms have started. */
export async function registerConsole(server: FastifyInstance, deps: ConsoleDeps): Promise<Console> {
  const { casework, sensing, detection, territory, clock, log } = deps;
  const index = createCityIndex(territory.pack);
  const tracker = createStateTracker(sensing);
  const parties = createCaseParties(casework);
  const epoch = Buffer.from(deps.random(16)).toString('hex').slice(0, 12);
  const hub = createLiveHub({ epoch, clock, onClients: deps.onLiveClients });
  const scope = createScope(territory.pack.parties);
  const desk = { casework, scope };
  const evidence = { ...desk, sensing, territory, index, findFinding: (key: string) => detection.findFinding(key) };
  const timers: NodeJS.Timeout[] = [];

  await server.register(
    async (inner) => {
      inner.addHook('preValidation', async (request) => refuseForeignWrite(request));
      const routes = typed(inner);
      registerSessionRoutes(routes, deps, index);
      registerCityRoutes(routes, deps);
      registerStateRoutes(routes, { ...deps, tracker, hub, scope });
      registerCaseRoutes(routes, { ...deps, parties, evidence, scope });
      registerThingRoutes(routes, { ...deps, index, tracker, scope });
      registerPhotoRoutes(routes, deps);
      registerLedgerRoutes(routes, deps);
      registerPeopleRoutes(routes, deps);
      registerLiveRoute(routes, { ...deps, hub });
    },
    { prefix: '/api/v1' },
  );

  function flushStates(): void {
    const changes = tracker.takeChanges();
    if (changes) hub.publish(shared('state', { at: clock.now(), ...changes }));
  }

  async function announceGauges(): Promise<void> {
    if (hub.clients() === 0) return;
    hub.publish(shared('gauges', await deps.gauges(clock.now())));
  }

  function every(milliseconds: number, work: () => void | Promise<void>): void {
    let busy = false;
    const run = async () => {
      if (busy) return;
      busy = true;
      try {
        await work();
      } catch (error) {
        log.warn({ error: (error as Error).message }, 'The live stream could not be fed');
      } finally {
        busy = false;
      }
    };
    timers.push(setInterval(() => void run(), milliseconds).unref());
  }

  return {
    async start() {
      tracker.reset(detection.active(), clock.now());
      flushStates();
      await parties.start();
      every(SWEEP_MS, () => tracker.sweep(clock.now()));
      every(STATES_MS, flushStates);
      every(VALUES_MS, () => hub.flushValues());
      every(HEARTBEAT_MS, () => hub.heartbeat());
      every(GAUGES_MS, announceGauges);
    },
    stop() {
      for (const timer of timers.splice(0)) clearInterval(timer);
      hub.close();
    },
    onFinding: (change) => tracker.onFinding(change),
    onCase(change) {
      parties.onCase(change);
      hub.publish(caseFrame(desk, change, parties.of(change.summary.id)));
    },
    onObservations: (batch) => hub.onObservations(batch),
  };
}

const shared = (event: string, data: unknown): FrameSource => ({ event, render: () => data, shared: true });

const caseFrame = (desk: Desk, { summary, event }: CaseChange, orderParties: readonly string[]): FrameSource => {
  const facts = { summary, orderParties };
  return {
    event: 'case',
    visible: (caller) => sees(desk.scope, caller, facts),
    render: (caller) => ({ ...toCaseView(desk, caller, facts), eventType: event.type }),
    shared: false,
  };
};
