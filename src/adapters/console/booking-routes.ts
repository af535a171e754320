/** Today's bookings for those who serve them: each party its own, at its counter, its machine or somebody's door. */
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { SERVICE_KINDS, type ServiceKind } from '#domains/resident-services/catalogue.types.ts';
import {
  type ResidentServices,
  type Visit,
  WORKER_ACTIONS,
  type WorkerAction,
} from '#domains/resident-services/resident-services.types.ts';
import { forbidden, notFound } from '#kernel/errors.ts';
import { type Caller, may } from '#kernel/roles.ts';
import type { Scope } from '#people/scope.ts';
import { PERSONAL_FIELDS, type PersonalData, type PersonalField, type Vault } from '#people/vault/vault.types.ts';
import type { Territory } from '#territory/territory.types.ts';
import type { StaffBookingsView, StaffBookingView } from './booking-api.types.ts';
import { toActor } from './case-permissions.ts';
import { refuseForeignWrite } from './request-origin.ts';
import { typed } from './typed-routes.ts';

export interface BookingRouteDeps {
  readonly services: ResidentServices;
  readonly vault: Pick<Vault, 'reveal'>;
  readonly territory: Pick<Territory, 'findArea'>;
  readonly scope: Scope;
}

const words = <T extends string>(values: readonly T[]) => Type.Unsafe<T>({ type: 'string', enum: [...values] });
const closed = { additionalProperties: false };
const Params = Type.Object({ id: Type.String({ maxLength: 200 }) });
const Query = Type.Object(
  {
    day: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })),
    place: Type.Optional(Type.String({ maxLength: 100 })),
    kind: Type.Optional(words<ServiceKind>(SERVICE_KINDS)),
  },
  closed,
);
const ActionBody = Type.Object(
  { action: words<WorkerAction>(WORKER_ACTIONS), note: Type.Optional(Type.String({ maxLength: 500 })) },
  closed,
);
/** Fewer than the service asks for; no body: all of them. */
const ContactBody = Type.Union([
  Type.Null(),
  Type.Object(
    {
      fields: Type.Array(words(PERSONAL_FIELDS), { minItems: 1, maxItems: PERSONAL_FIELDS.length, uniqueItems: true }),
    },
    closed,
  ),
]);
const tags = ['bookings'];

export async function registerBookings(server: FastifyInstance, deps: BookingRouteDeps): Promise<void> {
  const { services, territory, vault, scope } = deps;

  const toView = ({ contact, ...visit }: Visit): StaffBookingView => ({
    ...visit,
    hasContact: contact !== undefined,
    contactFields: services.catalogue.services.find(({ id }) => id === visit.service)?.asks ?? [],
    cellName: visit.cell === undefined ? undefined : territory.findArea(visit.cell)?.name,
  });

  async function getServed(caller: Caller, id: string): Promise<Visit> {
    const visit = await services.findVisit(id);
    if (visit === undefined) throw notFound('booking.unknown', `There is no booking ${id}.`, 'id');
    if (!scope.actsFor(caller, visit.party))
      throw forbidden('booking.not_yours', `This booking is ${visit.party ?? 'nobody'}'s.`);
    return visit;
  }

  await server.register(
    async (inner) => {
      inner.addHook('preValidation', async (request) => refuseForeignWrite(request));
      const routes = typed(inner);

      routes.get(
        '/',
        { config: { permission: 'city.read' }, schema: { tags, querystring: Query } },
        async ({ caller, query }): Promise<StaffBookingsView> => {
          // Who serves sees what is theirs to serve, also when they verify other things; the desk sees everything.
          const isServing = caller.party !== undefined && may(caller, 'case.handle');
          const parties = isServing ? scope.partiesOf(caller) : undefined;
          const visits = await services.listVisits({ ...query, parties });
          const today = services.today();
          return { day: query.day ?? today, today, visits: visits.map(toView) };
        },
      );

      routes.post(
        '/:id/actions',
        { config: { permission: 'case.handle' }, schema: { tags, params: Params, body: ActionBody } },
        async ({ caller, params, body }) => {
          await getServed(caller, params.id);
          return toView(await services.act(params.id, body.action, caller.name, body.note));
        },
      );

      routes.post(
        '/:id/contact',
        { config: { permission: 'vault.reveal' }, schema: { tags, params: Params, body: ContactBody } },
        async ({ caller, params, body }, reply): Promise<PersonalData> => {
          void reply.header('cache-control', 'no-store');
          const { contact, service } = await getServed(caller, params.id);
          if (contact === undefined) return {};
          const asks: readonly PersonalField[] = services.getService(service).asks;
          const fields = body === null ? asks : body.fields.filter((field) => asks.includes(field));
          return vault.reveal(contact, { purpose: 'visit', fields, by: toActor(caller) });
        },
      );
    },
    { prefix: '/api/v1/bookings' },
  );
}
