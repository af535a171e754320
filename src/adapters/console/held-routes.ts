/** The spam queue: reports that were held back, for people who may confirm cases. Nothing is ended by a machine. */
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Receipts } from '#casework/receipts/receipts.types.ts';
import type { HeldView } from './held-api.types.ts';
import { refuseForeignWrite } from './request-origin.ts';
import { typed } from './typed-routes.ts';

const MAY_JUDGE = { permission: 'case.confirm' } as const;
const MOST = 200;
const tags = ['reports'];
const HeldParams = Type.Object({ id: Type.String({ maxLength: 100 }) });
const Verdict = Type.Object(
  { verdict: Type.Union([Type.Literal('release'), Type.Literal('discard')]) },
  { additionalProperties: false },
);

export async function registerHeldRoutes(
  server: FastifyInstance,
  receipts: Pick<Receipts, 'listHeld' | 'judgeHeld'>,
): Promise<void> {
  await server.register(
    async (inner) => {
      inner.addHook('preValidation', async (request) => refuseForeignWrite(request));
      const routes = typed(inner);
      routes.get(
        '/reports/held',
        { config: MAY_JUDGE, schema: { tags } },
        async (): Promise<{ held: HeldView[] }> => ({
          held: [...(await receipts.listHeld(MOST))],
        }),
      );
      routes.post(
        '/reports/held/:id',
        { config: MAY_JUDGE, schema: { tags, params: HeldParams, body: Verdict } },
        async (request, reply) => {
          await receipts.judgeHeld(request.params.id, request.body.verdict, request.caller.name);
          return reply.status(204).send();
        },
      );
    },
    { prefix: '/api/v1' },
  );
}
