/** A report comes in: once, whatever the network does, with its contact data in the vault and nowhere else. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CityError, notFound } from '#kernel/errors.ts';
import type { PersonalData } from '#people/vault/vault.types.ts';
import type { ReceiptView, ReportBody } from './api.types.ts';
import type { Gatekeeper } from './gatekeeper.ts';
import type { PhotoDesk } from './photo-routes.ts';
import type { ResidentsDeps } from './residents.types.ts';
import { ClientParams, ReportSchema } from './schemas.ts';

const OPEN = { permission: 'public' } as const;
const tags = ['residents'];
type Received = Awaited<ReturnType<ResidentsDeps['receipts']['receive']>>;

export function registerReportRoutes(
  server: FastifyInstance,
  deps: ResidentsDeps,
  gatekeeper: Gatekeeper,
  photos: PhotoDesk,
): void {
  const { receipts, vault } = deps;

  const toView = async ({ code, reference, merged }: Received): Promise<ReceiptView> => ({
    code,
    reference,
    merged,
    follow: await receipts.follow(code),
  });

  /** The pseudonym is thrown away again when the report it was for does not come about. */
  async function receiveWithContact(request: FastifyRequest, body: ReportBody): Promise<Received> {
    await photos.check(body.photos ?? [], 'photos');
    const contact = isEmpty(body.contact) ? undefined : await vault.keep(body.contact!, 'report');
    const forget = async () => {
      if (contact !== undefined) await vault.erase(contact, 'own-wish');
    };
    try {
      const received = await receipts.receive({
        clientId: body.clientId,
        category: body.category,
        place: body.place,
        accuracyMetres: body.accuracyMetres,
        address: body.address,
        description: body.description,
        photos: body.photos ?? [],
        answers: body.answers ?? {},
        joins: body.joins,
        contact,
        language: body.language,
        source: 'resident',
        writtenAt: body.writtenAt,
        holdFor: gatekeeper.repeats(request, body.description) ? 'repeated-text' : undefined,
      });
      if (!received.isNew) await forget();
      return received;
    } catch (error) {
      await forget();
      throw error;
    }
  }

  server.post<{ Body: ReportBody }>(
    '/reports',
    { config: OPEN, bodyLimit: 131_072, schema: { tags, body: ReportSchema } },
    async (request, reply) => {
      const { body } = request;
      let giveBack: () => void;
      try {
        gatekeeper.admit(request, 'report');
        giveBack = gatekeeper.proofs.spend(body.proof, 'proof');
      } catch (error) {
        // What the city has already it acknowledges again, whoever asks and however often.
        const before = await receipts.findByClientId(body.clientId);
        if (before !== undefined) return toView(before);
        throw error;
      }
      try {
        const received = await receiveWithContact(request, body);
        return await reply.status(received.isNew ? 201 : 200).send(await toView(received));
      } catch (error) {
        // A person who has left a field out does not compute again. Who keeps sending what is refused runs into the limit.
        if (error instanceof CityError) giveBack();
        throw error;
      }
    },
  );

  server.get<{ Params: { clientId: string } }>(
    '/receipts/by-client/:clientId',
    { config: OPEN, schema: { tags, params: ClientParams } },
    (request) =>
      gatekeeper.guardCode(request, async () => {
        const found = await receipts.findByClientId(request.params.clientId);
        if (found === undefined) throw notFound('receipt.unknown', 'That report has not arrived yet.', 'clientId');
        return toView(found);
      }),
  );
}

const isEmpty = (contact: PersonalData | undefined): boolean =>
  contact === undefined || Object.values(contact).every((value) => value === undefined || value.trim() === '');
