/** The hotline desk and the telephone line. Who is on the line is asked of the vault, and every such look is written down. */
import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import type { CaseSummary, Casework } from '#casework/casework.types.ts';
import type { Call, CallTaker, EarlierReport, Hotline } from '#domains/resident-services/hotline/hotline.types.ts';
import { CityError } from '#kernel/errors.ts';
import type { Clock } from '#kernel/ports.ts';
import type { ReportingRules } from '#kernel/reporting.ts';
import type { Caller } from '#kernel/roles.ts';
import { DAY } from '#kernel/time.ts';
import type { Vault } from '#people/vault/vault.types.ts';
import { toActor } from './case-permissions.ts';
import type { CallView, EarlierView, HotlineRulesView, ToTellView } from './hotline-api.types.ts';
import { refuseForeignWrite } from './request-origin.ts';
import { type TypedServer, typed } from './typed-routes.ts';

export interface HotlineRouteDeps {
  readonly hotline: Hotline;
  readonly reporting: ReportingRules;
  readonly casework: Pick<Casework, 'getCase'>;
  readonly vault: Pick<Vault, 'reveal'>;
  readonly clock: Clock;
  /** What residents get while they write: likely categories, and what is known nearby. */
  suggest(body: Static<typeof SuggestBody>): Promise<unknown>;
}

const closed = { additionalProperties: false };
const Text = (most: number) => Type.Optional(Type.String({ maxLength: most }));
const Params = Type.Object({ id: Type.String({ maxLength: 200 }) });
const RingBody = Type.Object(
  {
    clientId: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    line: Text(100),
    phone: Text(40),
    rangAt: Type.Optional(Type.Integer({ minimum: 0, maximum: 7_258_118_400_000 })),
  },
  closed,
);
const PhoneBody = Type.Object({ phone: Type.String({ minLength: 3, maxLength: 40 }) }, closed);
const Answer = Type.Union([
  Type.String({ maxLength: 1_000 }),
  Type.Number(),
  Type.Array(Type.String({ maxLength: 100 })),
]);
const FileBody = Type.Object(
  {
    category: Type.String({ minLength: 1, maxLength: 100 }),
    classId: Text(100),
    classReason: Text(500),
    place: Type.Tuple([Type.Number({ minimum: -180, maximum: 180 }), Type.Number({ minimum: -90, maximum: 90 })]),
    address: Text(300),
    description: Type.String({ minLength: 1, maxLength: 10_000 }),
    answers: Type.Optional(Type.Record(Type.String({ maxLength: 100 }), Answer)),
    joins: Text(100),
    caller: Type.Optional(
      Type.Object({ name: Text(100), phone: Text(40), address: Text(300), note: Text(500) }, closed),
    ),
    language: Type.String({ maxLength: 20 }),
  },
  closed,
);
const ToldBody = Type.Object(
  {
    reached: Type.Boolean(),
    solved: Type.Optional(Type.Boolean()),
    satisfied: Type.Optional(Type.Integer({ minimum: 1, maximum: 5 })),
    comment: Text(1_000),
  },
  closed,
);
const SuggestBody = Type.Object(
  {
    text: Type.String({ maxLength: 10_000 }),
    language: Text(20),
    place: Type.Optional(
      Type.Tuple([Type.Number({ minimum: -180, maximum: 180 }), Type.Number({ minimum: -90, maximum: 90 })]),
    ),
    category: Text(100),
  },
  closed,
);
const FiguresQuery = Type.Object({ days: Type.Optional(Type.Integer({ minimum: 1, maximum: 366 })) }, closed);

const DESK = { permission: 'hotline.desk' } as const;
const LINE = { permission: 'hotline.line' } as const;
const tags = ['hotline'];
const USUAL_DAYS = 14;
const MOST_TO_TELL = 100;

export async function registerHotline(server: FastifyInstance, deps: HotlineRouteDeps): Promise<void> {
  await server.register(
    async (inner) => {
      inner.addHook('preValidation', async (request) => refuseForeignWrite(request));
      registerLine(typed(inner), deps);
      registerDesk(typed(inner), deps);
    },
    { prefix: '/api/v1/hotline' },
  );
}

/** A person at a desk takes the call; a telephone system only says that somebody did. */
const takerOf = (caller: Caller): CallTaker | undefined =>
  caller.roles.every((role) => role === 'integrator') ? undefined : { id: caller.id, name: caller.name };
const deskOf = ({ id, name }: Caller): CallTaker => ({ id, name });

const toCallView = ({ contact, ...call }: Call): CallView => ({ ...call, hasNumber: contact !== undefined });

function registerLine(server: TypedServer, { hotline }: HotlineRouteDeps): void {
  server.post('/calls', { config: LINE, schema: { tags, body: RingBody } }, async ({ body }, reply) => {
    const { clientId, line, phone, rangAt } = body;
    const call = await hotline.ring({ clientId, line, phone: phone?.trim() || undefined, rangAt });
    return reply.status(201).send(toCallView(call));
  });
  server.post('/calls/:id/answer', { config: LINE, schema: { tags, params: Params } }, async ({ params, caller }) =>
    toCallView(await hotline.answer(params.id, takerOf(caller))),
  );
  server.post('/calls/:id/end', { config: LINE, schema: { tags, params: Params } }, async ({ params }) =>
    toCallView(await hotline.hangUp(params.id)),
  );
}

function registerDesk(server: TypedServer, deps: HotlineRouteDeps): void {
  const { hotline, reporting, casework, vault, clock } = deps;

  /** Undefined: it is somebody's own matter, or gone. */
  async function findCase(caseId: string | undefined): Promise<CaseSummary | undefined> {
    if (caseId === undefined) return undefined;
    return casework.getCase(caseId).catch((error: unknown) => {
      if (error instanceof CityError && error.kind === 'not_found') return undefined;
      throw error;
    });
  }

  const toEarlier = async ({ id, reference, at, category, caseId }: EarlierReport): Promise<EarlierView> => {
    const found = await findCase(caseId);
    return { ...{ id, reference, at, category, caseId }, state: found?.state, address: found?.address };
  };
  const listEarlier = async (phone: string): Promise<EarlierView[]> =>
    Promise.all((await hotline.listEarlier(phone)).map(toEarlier));

  server.get(
    '/rules',
    { config: DESK, schema: { tags } },
    (): HotlineRulesView => ({
      groups: reporting.groups,
      categories: reporting.categories.map(({ code, group, name, description, hotlineClass, questions }) => ({
        ...{ code, group, name, description, hotlineClass, questions },
      })),
      classes: reporting.hotlineClasses,
      descriptionCharacters: reporting.limits.descriptionCharacters,
    }),
  );

  server.get('/calls', { config: DESK, schema: { tags } }, async ({ caller }) => ({
    now: clock.now(),
    calls: (await hotline.listWaiting(deskOf(caller))).map(toCallView),
  }));

  server.post('/calls/:id/caller', { config: DESK, schema: { tags, params: Params } }, async ({ params, caller }) => {
    const { contact, filed } = await hotline.getCall(params.id);
    if (contact === undefined) return { name: undefined, phone: undefined, earlier: [] };
    const { name, phone } = await vault.reveal(contact, {
      purpose: 'answer-report',
      fields: ['name', 'phone'],
      caseId: filed?.caseId,
      by: toActor(caller),
    });
    return { name, phone, earlier: phone === undefined ? [] : await listEarlier(phone) };
  });

  server.post('/earlier', { config: DESK, schema: { tags, body: PhoneBody } }, async ({ body }) => ({
    earlier: await listEarlier(body.phone),
  }));

  server.post(
    '/calls/:id/file',
    { config: DESK, schema: { tags, params: Params, body: FileBody } },
    async ({ params, body, caller }) => {
      const { classId, classReason, address, joins, answers = {}, caller: who = {}, ...rest } = body;
      const form = { ...rest, classId, classReason, address, joins, answers, caller: who };
      const { call, ...filed } = await hotline.file(params.id, form, deskOf(caller));
      return { ...filed, call: toCallView(call) };
    },
  );

  server.post('/suggest', { config: DESK, schema: { tags, body: SuggestBody } }, ({ body }) => deps.suggest(body));

  server.get('/to-tell', { config: DESK, schema: { tags } }, async () => {
    const calls = await hotline.listToTell(MOST_TO_TELL);
    const views = await Promise.all(
      calls.map(async (call): Promise<ToTellView[]> => {
        const found = await findCase(call.filed?.caseId);
        if (found === undefined) return [];
        return [{ ...toCallView(call), name: found.name, sentence: found.sentence, address: found.address }];
      }),
    );
    return { calls: views.flat() };
  });

  server.post(
    '/calls/:id/told',
    { config: DESK, schema: { tags, params: Params, body: ToldBody } },
    async ({ params, body, caller }) => {
      const { reached, solved, satisfied, comment } = body;
      return toCallView(await hotline.tell(params.id, { reached, solved, satisfied, comment }, deskOf(caller)));
    },
  );

  server.get('/figures', { config: DESK, schema: { tags, querystring: FiguresQuery } }, ({ query }) => {
    const now = clock.now();
    return hotline.figures(now - (query.days ?? USUAL_DAYS) * DAY, now);
  });

  server.get('/cases/:id', { config: DESK, schema: { tags, params: Params } }, async ({ params }) => ({
    calls: (await hotline.listOfCase(params.id)).map(toCallView),
  }));
}
