/** Services at the doorstep, for anyone: the catalogue, free slots, and bookings by their code. */
import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import type { Service } from '#domains/resident-services/catalogue.types.ts';
import { hoursInWords } from '#domains/resident-services/hours.ts';
import type { Booking, ResidentServices, SlotFree } from '#domains/resident-services/resident-services.types.ts';
import type { Position } from '#kernel/geo.ts';
import type { Localized } from '#kernel/words.ts';
import type { BookingView, ServiceView, SlotView } from './api.types.ts';
import type { Residents } from './residents.types.ts';

export interface ServiceRouteDeps extends Pick<Residents, 'admitBooking' | 'guardCode'> {
  readonly services: ResidentServices;
  addressAt(place: Position): Localized;
}

const closed = { additionalProperties: false };
const Text = (most: number) => Type.Optional(Type.String({ maxLength: most }));
const ServiceParams = Type.Object({ id: Type.String({ maxLength: 100 }) });
const CodeParams = Type.Object({ code: Type.String({ maxLength: 40 }) });
const SlotsQuery = Type.Object(
  {
    from: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })),
    days: Type.Optional(Type.Integer({ minimum: 1, maximum: 60 })),
  },
  closed,
);
const BookingBody = Type.Object(
  {
    clientId: Type.String({ minLength: 1, maxLength: 64 }),
    proof: Type.String({ maxLength: 500 }),
    service: Type.String({ maxLength: 100 }),
    slot: Type.String({ maxLength: 200 }),
    contact: Type.Optional(
      Type.Object({ name: Text(100), phone: Text(40), email: Text(200), address: Text(300), note: Text(500) }, closed),
    ),
    place: Type.Optional(
      Type.Tuple([Type.Number({ minimum: -180, maximum: 180 }), Type.Number({ minimum: -90, maximum: 90 })]),
    ),
    eligibility: Type.Record(Type.String({ maxLength: 100 }), Type.Boolean()),
    answers: Type.Optional(
      Type.Record(
        Type.String({ maxLength: 100 }),
        Type.Union([
          Type.String({ maxLength: 1_000 }),
          Type.Number(),
          Type.Array(Type.String({ maxLength: 100 }), { maxItems: 50 }),
        ]),
      ),
    ),
    language: Type.String({ maxLength: 20 }),
  },
  closed,
);
const ChangeBody = Type.Object({ slot: Type.String({ maxLength: 200 }) }, closed);
const CancelBody = Type.Object({ reason: Text(500) }, closed);
const RatingBody = Type.Object({ satisfied: Type.Integer({ minimum: 1, maximum: 5 }), comment: Text(1_000) }, closed);

const USUAL_DAYS = 14;
const config = { permission: 'public' } as const;
const tags = ['residents'];

/** Registers below `prefix`, `/api/v1/residents` by default. */
export function registerServiceRoutes(
  server: FastifyInstance,
  { services, addressAt, admitBooking, guardCode }: ServiceRouteDeps,
  prefix = '/api/v1/residents',
): void {
  type Code = { Params: Static<typeof CodeParams> };

  server.get(`${prefix}/services`, { config, schema: { tags } }, () => ({
    services: services.catalogue.services.map((service) => toServiceView(service, addressAt)),
  }));

  server.get<{ Params: Static<typeof ServiceParams>; Querystring: Static<typeof SlotsQuery> }>(
    `${prefix}/services/:id/slots`,
    { config, schema: { tags, params: ServiceParams, querystring: SlotsQuery } },
    async ({ params, query }) => {
      const slots = await services.listSlots(params.id, query.from, query.days ?? USUAL_DAYS);
      return { slots: slots.map(toSlotView) };
    },
  );

  server.post<{ Body: Static<typeof BookingBody> }>(
    `${prefix}/bookings`,
    { config, schema: { tags, body: BookingBody } },
    async (request, reply) => {
      const { proof, contact, place, answers, ...rest } = request.body;
      admitBooking(request, proof);
      const { booking, isNew } = await services.book({ ...rest, contact, place, answers: answers ?? {} });
      return reply
        .status(isNew ? 201 : 200)
        .header('cache-control', 'no-store')
        .send(toBookingView(booking));
    },
  );

  server.get<Code>(
    `${prefix}/bookings/:code`,
    { config, schema: { tags, params: CodeParams } },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      return toBookingView(await guardCode(request, () => services.getBooking(request.params.code)));
    },
  );

  server.post<Code & { Body: Static<typeof ChangeBody> }>(
    `${prefix}/bookings/:code/change`,
    { config, schema: { tags, params: CodeParams, body: ChangeBody } },
    async (request) =>
      toBookingView(await guardCode(request, () => services.change(request.params.code, request.body.slot))),
  );

  server.post<Code & { Body: Static<typeof CancelBody> }>(
    `${prefix}/bookings/:code/cancel`,
    { config, schema: { tags, params: CodeParams, body: CancelBody } },
    async (request) => toBookingView(await guardCode(request, () => services.cancel(request.params.code))),
  );

  server.post<Code & { Body: Static<typeof RatingBody> }>(
    `${prefix}/bookings/:code/rating`,
    { config, schema: { tags, params: CodeParams, body: RatingBody } },
    async (request) => {
      const { satisfied, comment } = request.body;
      return toBookingView(await guardCode(request, () => services.rate(request.params.code, { satisfied, comment })));
    },
  );
}

function toServiceView(service: Service, addressAt: (place: Position) => Localized): ServiceView {
  const { id, name, description, icon, kind, price, documents, eligibility, questions } = service;
  return {
    ...{ id, name, description, icon, kind, price, documents, eligibility, questions },
    hours: hoursInWords(service.hours),
    minutes: service.slotMinutes,
    places: service.places.map((place) => ({
      id: place.id,
      name: place.name,
      place: place.at,
      address: place.address ?? addressAt(place.at),
    })),
    asksContact: service.asks,
  };
}

const toSlotView = ({ id, place, begin, end, capacity, free }: SlotFree): SlotView => ({
  ...{ id, begin, end, capacity, free },
  placeId: place?.id,
});

function toBookingView(booking: Booking): BookingView {
  const { code, service, kind, state, placeName, address, queueNumber, before, worker } = booking;
  return {
    ...{ code, kind, state, placeName, address, queueNumber, before, worker },
    service: service.id,
    serviceName: service.name,
    slot: toSlotView(booking.slot),
    mayChangeUntil: booking.mayChangeUntil,
    rating: booking.rating,
    steps: booking.steps,
  };
}
