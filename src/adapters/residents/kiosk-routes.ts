/**
 * What a kiosk asks with its device key when staff set it up: which Thing it is, where it stands, and which Datastreams take its
 * health. A device key may write Observations but not read SensorThings, so this tells it about its own Thing and nothing else.
 */
import type { FastifyInstance } from 'fastify';
import { forbidden, notFound } from '#kernel/errors.ts';
import type { Caller } from '#kernel/roles.ts';
import type { KioskView } from './api.types.ts';

/** Undefined: no such Thing, or it stands nowhere. */
export type FindKiosk = (thingId: number) => KioskView | undefined;

const query = {
  type: 'object',
  properties: { thing: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER } },
} as const;

export function registerKioskRoutes(server: FastifyInstance, findKiosk: FindKiosk): void {
  server.get<{ Querystring: { thing?: number } }>(
    '/api/v1/residents/kiosk',
    { config: { permission: 'observation.write' }, schema: { tags: ['residents'], querystring: query } },
    (request): KioskView => {
      const thingId = chooseThing(request.caller, request.query.thing);
      const kiosk = findKiosk(thingId);
      if (kiosk === undefined) throw notFound('kiosk.unknown', `No Thing ${thingId} with a place is known.`, 'thing');
      return kiosk;
    },
  );
}

function chooseThing({ thingIds }: Caller, asked: number | undefined): number {
  const [only, ...more] = thingIds ?? [];
  const chosen = asked ?? (more.length === 0 ? only : undefined);
  if (chosen === undefined)
    throw notFound('kiosk.unnamed', 'The key is for several Things or for all: say which with ?thing=ID.', 'thing');
  if (thingIds !== undefined && !thingIds.includes(chosen))
    throw forbidden('kiosk.not_its_key', `This key is not for the Thing ${chosen}.`);
  return chosen;
}
