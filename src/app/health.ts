/** Alive, serving, and how it is: what the machines around the city ask. */
import type { FastifyInstance } from 'fastify';
import { unavailable } from '#kernel/errors.ts';
import type { Queryable } from '#kernel/ports.ts';
import type { Metrics } from '#platform/metrics.ts';
import type { SensingCounters } from '#sensing/sensing.types.ts';

export interface HealthDeps {
  readonly database: Queryable;
  readonly metrics: Metrics;
  readonly counters: () => SensingCounters;
  /** False until everything is open, and again while it is closing. */
  readonly isOpen: () => boolean;
}

export function registerHealth(server: FastifyInstance, { database, metrics, counters, isOpen }: HealthDeps): void {
  const open = { config: { permission: 'public' } } as const;
  server.get('/healthz', open, () => ({ status: 'alive' }));
  server.get('/readyz', open, async () => {
    if (!isOpen()) throw unavailable('city.not_open', 'The city is starting or stopping.');
    await database.query('SELECT 1');
    return { status: 'serving' };
  });
  server.get('/metrics', open, async (_request, reply) => {
    copyCounters(metrics, counters());
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
}

/** Sensing counts by itself on its hot path; the registry takes the figures over when it is asked. */
function copyCounters(metrics: Metrics, counters: SensingCounters): void {
  const set = (counter: { reset(): void; inc(by: number): void }, value: number) => {
    counter.reset();
    counter.inc(value);
  };
  set(metrics.observationsAccepted, counters.accepted);
  set(metrics.observationsStored, counters.stored);
  metrics.observationsRejected.reset();
  for (const [reason, count] of [...Object.entries(counters.rejected), ...metrics.refusals])
    metrics.observationsRejected.inc({ reason }, count);
}
