/** What becomes of a report: for whoever holds the code, and the same 404 for everybody else. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findCode } from '#casework/receipts/code.ts';
import type { Actor } from '#kernel/case.ts';
import { CityError } from '#kernel/errors.ts';
import type { Follow, OwnDataView } from './api.types.ts';
import type { FollowHub } from './follow-hub.ts';
import type { Gatekeeper } from './gatekeeper.ts';
import type { PhotoDesk } from './photo-routes.ts';
import type { ResidentsDeps } from './residents.types.ts';
import { CodeParams, NoteSchema, RatingSchema } from './schemas.ts';

const OPEN = { permission: 'public' } as const;
const tags = ['residents'];
const OWNER: Actor = { kind: 'resident', id: 'own', name: 'The person themselves' };
interface ByCode {
  Params: { code: string };
}
interface RatingBody {
  readonly solved: boolean;
  readonly satisfied?: number;
  readonly comment?: string;
}

export function registerReceiptRoutes(
  server: FastifyInstance,
  deps: ResidentsDeps,
  gatekeeper: Gatekeeper,
  hub: FollowHub,
  photos: PhotoDesk,
): void {
  const { receipts } = deps;
  const schema = { tags, params: CodeParams };
  const guarded = <T>(request: FastifyRequest, reply: FastifyReply, look: () => Promise<T>): Promise<T> => {
    reply.header('cache-control', 'no-store');
    return gatekeeper.guardCode(request, look);
  };

  server.get<ByCode>('/receipts/:code', { config: OPEN, schema }, (request, reply): Promise<Follow> => {
    gatekeeper.admit(request, 'look');
    return guarded(request, reply, () => receipts.follow(request.params.code));
  });

  server.post<ByCode & { Body: RatingBody }>(
    '/receipts/:code/rating',
    { config: OPEN, schema: { ...schema, body: RatingSchema } },
    (request, reply): Promise<Follow> => {
      gatekeeper.admit(request, 'answer');
      const { solved, satisfied, comment } = request.body;
      return guarded(request, reply, () => receipts.rate(request.params.code, { solved, satisfied, comment }));
    },
  );

  server.post<ByCode & { Body: { text: string; photos?: string[] } }>(
    '/receipts/:code/notes',
    { config: OPEN, schema: { ...schema, body: NoteSchema } },
    (request, reply): Promise<Follow> => {
      gatekeeper.admit(request, 'answer');
      const { text, photos: keys = [] } = request.body;
      return guarded(request, reply, async () => {
        await photos.check(keys, 'photos');
        return receipts.addNote(request.params.code, { text, photos: keys });
      });
    },
  );

  server.get<ByCode>('/receipts/:code/data', { config: OPEN, schema }, (request, reply): Promise<OwnDataView> => {
    gatekeeper.admit(request, 'answer');
    return guarded(request, reply, () => ownDataOf(deps, request.params.code));
  });

  server.delete<ByCode>('/receipts/:code/data', { config: OPEN, schema }, (request, reply): Promise<OwnDataView> => {
    gatekeeper.admit(request, 'answer');
    return guarded(request, reply, async () => {
      const contact = await receipts.contactOf(request.params.code);
      if (contact !== undefined) await deps.vault.erase(contact, 'own-wish');
      return ownDataOf(deps, request.params.code);
    });
  });

  server.get<ByCode>(
    '/receipts/:code/live',
    { exposeHeadRoute: false, config: OPEN, schema },
    async (request, reply) => {
      gatekeeper.admit(request, 'look');
      const found = await guarded(request, reply, () => hub.look(findCode(request.params.code) ?? ''));
      const seen = Number(request.headers['last-event-id'] ?? Number.NaN);
      reply.hijack();
      reply.raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store, no-transform',
        'x-accel-buffering': 'no',
        'x-content-type-options': 'nosniff',
      });
      request.raw.socket.setNoDelay(true);
      hub.follow(found, reply.raw, Number.isSafeInteger(seen) ? seen : undefined);
    },
  );
}

/** Everything that is kept and who looked at it. That somebody reads their own data is written down like any other look. */
async function ownDataOf({ receipts, vault }: ResidentsDeps, code: string): Promise<OwnDataView> {
  const contact = await receipts.contactOf(code);
  const nothing = { contact: undefined, fields: [], until: undefined, erased: undefined, accesses: [] };
  if (contact === undefined) return { ...nothing, follow: await receipts.follow(code) };
  const described = await vault.describe(contact);
  if ('erasedAt' in described)
    return {
      ...nothing,
      erased: described,
      accesses: await vault.accesses(contact),
      follow: await receipts.follow(code),
    };
  const { fields, until } = described;
  const data = await vault.reveal(contact, { purpose: 'own-data', fields, by: OWNER }).catch((error: unknown) => {
    if (error instanceof CityError && error.kind !== 'unavailable') return undefined;
    throw error;
  });
  const accesses = await vault.accesses(contact);
  return { contact: data, fields, until, erased: undefined, accesses, follow: await receipts.follow(code) };
}
