/**
 * MDS 2.0 Agency: what operators push. Everything is durable before it is acknowledged, every record is judged on its own, and what was
 * put aside comes back in `failures` with its reason. Trips and reports are not taken: the city keeps no origin beside a destination.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FeedState, NamedSighting, Quarantined, SharedBikes } from '#domains/shared-bikes/shared-bikes.types.ts';
import { CityError, forbidden, invalid, notFound } from '#kernel/errors.ts';
import type { Clock } from '#kernel/ports.ts';
import type { Instant } from '#kernel/time.ts';
import type { PartyId } from '#kernel/words.ts';
import {
  alreadyRegistered,
  badParam,
  type FailedRecord,
  type Failure,
  sendBulk,
  sendVersioned,
  unregistered,
} from './answers.ts';
import {
  EVENT,
  findFault,
  isRecord,
  type MdsRecord,
  type RecordShape,
  STOP,
  STOP_CHANGE,
  TELEMETRY,
  VEHICLE,
} from './records.ts';
import type { Register } from './register.ts';
import { findEventFault, ofEvent, ofTelemetry, ticketOf } from './sightings.ts';
import { isUuid } from './uuid.ts';

export interface MdsOperator {
  readonly id: PartyId;
  /** The `provider_id` by which it speaks of itself. */
  readonly providerId: string;
}

/** A record that was put aside; `index` counts from 0 in its call. */
interface PutAside {
  readonly index: number;
  readonly code: string;
  readonly message: string;
}

export interface AgencyDeps {
  readonly operators: readonly MdsOperator[];
  readonly bikes: Pick<SharedBikes, 'take'>;
  readonly register: Register;
  readonly clock: Clock;
  /** What came by `/events` and `/telemetry`, after it was taken. */
  onTaken(operator: PartyId, taken: number, putAside: readonly PutAside[]): void;
  heard(state: FeedState): void;
  /** So many bikes have been picked up for a case by now. What it throws is not the operator's fault and must not fail its call. */
  onTicket(reference: string, operator: PartyId, count: number, at: Instant): Promise<void>;
}

/** An operator that pushes says something at least this often, seconds. */
const PUSH_TTL_SECONDS = 900;
const MOST_RECORDS = 10_000;

interface Call {
  readonly operator: MdsOperator;
  readonly items: readonly unknown[];
}

/** Checks each record; answers the good ones with their place in the call. */
function sift(
  { operator, items }: Call,
  shape: RecordShape,
  further: (record: MdsRecord) => Failure | undefined,
): { good: { index: number; record: MdsRecord }[]; failed: FailedRecord[] } {
  const good: { index: number; record: MdsRecord }[] = [];
  const failed: FailedRecord[] = [];
  items.forEach((item, index) => {
    const failure = findFault(item, shape, operator.providerId) ?? further(item as MdsRecord);
    if (failure !== undefined) failed.push({ index, failure });
    else good.push({ index, record: item as MdsRecord });
  });
  return { good, failed };
}

const FIELD_OF: Readonly<Record<Quarantined['code'], string>> = {
  'sighting.nowhere': 'location',
  'sighting.elsewhere': 'location',
  'sighting.future': 'timestamp',
  'sighting.backwards': 'timestamp',
  'sighting.vehicle_id': 'device_id',
  'sighting.duplicate': 'device_id',
};

export function registerAgency(scope: FastifyInstance, deps: AgencyDeps): void {
  const { operators, register, clock } = deps;
  const config = { permission: 'observation.write' as const };

  function operatorOf({ caller }: FastifyRequest): MdsOperator {
    const operator = operators.find(({ id }) => id === caller.party);
    if (operator === undefined || !caller.roles.includes('integrator'))
      throw forbidden('caller.no_operator', 'This key is not that of an operator of shared bikes in this city.');
    return operator;
  }

  function callOf(request: FastifyRequest): Call {
    const operator = operatorOf(request);
    const { body } = request;
    if (!Array.isArray(body) || body.length === 0)
      throw invalid('request.invalid', 'The body is a JSON list of at least one record.', 'body');
    if (body.length > MOST_RECORDS)
      throw new CityError('too_large', 'request.too_large', `Send at most ${MOST_RECORDS} records at once.`, 'body');
    return { operator, items: body };
  }

  async function takeIn(
    call: Call,
    { good, failed }: ReturnType<typeof sift>,
    toSightings: (record: MdsRecord) => readonly NamedSighting[],
  ): Promise<{ failed: FailedRecord[]; taken: MdsRecord[] }> {
    const { operator } = call;
    const sightings: NamedSighting[] = [];
    const recordOf: number[] = [];
    good.forEach(({ record }, i) => {
      for (const sighting of toSightings(record)) {
        sightings.push(sighting);
        recordOf.push(i);
      }
    });
    const { quarantined } =
      sightings.length === 0 ? { quarantined: [] } : await deps.bikes.take(operator.id, sightings);
    const aside = new Map<number, Failure>();
    for (const { index, code, message } of quarantined)
      aside.set(recordOf[index]!, badParam(good[recordOf[index]!]!.record, [`${FIELD_OF[code]}: ${message}`]));
    const all = [...failed, ...[...aside].map(([i, failure]) => ({ index: good[i]!.index, failure }))];
    const taken = good.filter((_, i) => !aside.has(i)).map(({ record }) => record);
    tellOf(operator.id, taken, all);
    return { failed: all, taken };
  }

  function tellOf(operator: PartyId, taken: readonly MdsRecord[], failed: readonly FailedRecord[]): void {
    const putAside = failed.map(({ index, failure }) => {
      const message = `${failure.error_description} ${failure.error_details.join('; ')}`;
      return { index, code: `mds.${failure.error}`, message };
    });
    deps.onTaken(operator, taken.length, putAside);
    let newest: Instant | undefined;
    for (const { timestamp } of taken) newest = Math.max(newest ?? 0, timestamp as Instant);
    const heardAt = clock.now();
    const problem =
      taken.length > 0 ? undefined : { code: 'mds.refused', message: 'No record of the last call could be taken.' };
    deps.heard({ operator, kind: 'mds', heardAt, lastUpdated: newest, ttlSeconds: PUSH_TTL_SECONDS, problem });
  }

  const mustBeRegistered = (operator: PartyId) => (record: MdsRecord) =>
    register.has(operator, record['device_id'] as string) ? undefined : unregistered(record, 'device_id');

  scope.post('/telemetry', { config }, async (request, reply) => {
    const call = callOf(request);
    const { failed } = await takeIn(call, sift(call, TELEMETRY, mustBeRegistered(call.operator.id)), (record) => [
      ofTelemetry(record),
    ]);
    return sendBulk(reply, 201, call.items.length, failed);
  });

  scope.post('/events', { config }, async (request, reply) => {
    const call = callOf(request);
    const isRegistered = mustBeRegistered(call.operator.id);
    const sifted = sift(call, EVENT, (record) => findEventFault(record) ?? isRegistered(record));
    const { failed, taken } = await takeIn(call, sifted, ofEvent);
    await countTickets(call.operator.id, taken);
    return sendBulk(reply, 201, call.items.length, failed);
  });

  async function countTickets(operator: PartyId, taken: readonly MdsRecord[]): Promise<void> {
    const tickets = new Map<string, string[]>();
    for (const record of taken) {
      const ticket = ticketOf(record);
      if (ticket === undefined) continue;
      tickets.set(ticket, [...(tickets.get(ticket) ?? []), record['device_id'] as string]);
    }
    const now = clock.now();
    for (const [ticket, devices] of tickets) {
      const count = await register.countPickUps(operator, ticket, devices, now);
      await deps.onTicket(ticket, operator, count, now);
    }
  }

  /** Of several records of one vehicle in a call the first is new, the others are there already. */
  const oncePerCall = (field: string, decide: (record: MdsRecord) => Failure | undefined) => {
    const seen = new Set<unknown>();
    return (record: MdsRecord) => {
      if (seen.has(record[field])) return alreadyRegistered(record, field);
      seen.add(record[field]);
      return decide(record);
    };
  };

  async function registerVehicles(request: FastifyRequest, reply: FastifyReply, isNew: boolean) {
    const call = callOf(request);
    const { id } = call.operator;
    const decide = (record: MdsRecord) => {
      if (register.has(id, record['device_id'] as string) === !isNew) return undefined;
      return isNew ? alreadyRegistered(record, 'device_id') : unregistered(record, 'device_id');
    };
    const { good, failed } = sift(call, VEHICLE, isNew ? oncePerCall('device_id', decide) : decide);
    const last = new Map(good.map(({ record }) => [record['device_id'], record]));
    if (last.size > 0) await register.write(id, [...last.values()]);
    return sendBulk(reply, isNew ? 201 : 200, call.items.length, failed);
  }
  scope.post('/vehicles', { config }, (request, reply) => registerVehicles(request, reply, true));
  scope.put('/vehicles', { config }, (request, reply) => registerVehicles(request, reply, false));

  scope.get<{ Params: { id: string } }>('/vehicles/:id', { config }, async (request, reply) => {
    const { id } = request.params;
    const operator = operatorOf(request);
    if (!isUuid(id)) throw invalid('request.invalid', 'device_id is a UUID in lower case.', 'device_id');
    const vehicle = await register.find(operator.id, id);
    if (vehicle === undefined) throw notFound('vehicle.unknown', 'This device_id is not registered.', 'device_id');
    return sendVersioned(reply, { vehicles: [vehicle] });
  });

  async function registerStops(request: FastifyRequest, reply: FastifyReply, isNew: boolean) {
    const call = callOf(request);
    const { id } = call.operator;
    const held = new Set((await register.listStops(id)).map(({ stop_id: stop }) => stop));
    const decide = (record: MdsRecord) => {
      if (held.has(record['stop_id']) === !isNew) return undefined;
      return isNew ? alreadyRegistered(record, 'stop_id') : unregistered(record, 'stop_id');
    };
    const { good, failed } = sift(call, isNew ? STOP : STOP_CHANGE, isNew ? oncePerCall('stop_id', decide) : decide);
    const last = new Map(good.map(({ record }) => [record['stop_id'], record]));
    if (last.size > 0) await register.writeStops(id, [...last.values()]);
    return sendBulk(reply, isNew ? 201 : 200, call.items.length, failed);
  }
  scope.post('/stops', { config }, (request, reply) => registerStops(request, reply, true));
  scope.put('/stops', { config }, (request, reply) => registerStops(request, reply, false));

  scope.get('/stops', { config }, async (request, reply) =>
    sendVersioned(reply, { stops: await register.listStops(operatorOf(request).id) }),
  );
  scope.get<{ Params: { id: string } }>('/stops/:id', { config }, async (request, reply) => {
    const stops = await register.listStops(operatorOf(request).id);
    const found = stops.filter((stop) => isRecord(stop) && stop['stop_id'] === request.params.id);
    if (found.length === 0) throw notFound('stop.unknown', 'This stop_id is not registered.', 'stop_id');
    return sendVersioned(reply, { stops: found });
  });

  const leftOut = async () => {
    throw new CityError(
      'unsupported',
      'mds.not_taken',
      'This city does not take trips or reports and lists no vehicles: it keeps no origin beside a destination, and no vehicle ids.',
    );
  };
  for (const url of ['/vehicles', '/vehicles/status', '/vehicles/status/:id']) scope.get(url, { config }, leftOut);
  for (const url of ['/trips', '/reports']) scope.post(url, { config }, leftOut);
}
