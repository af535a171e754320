/** People who agreed to be looked after: written down, listed and let go by the staff of the carer's own party. */
import { Type } from 'typebox';
import { CARE_RULES, type Care, type Enrolment } from '#domains/community/care.types.ts';
import { forbidden, invalid, notFound } from '#kernel/errors.ts';
import type { Caller } from '#kernel/roles.ts';
import type { People } from '#people/people.types.ts';
import type { Scope } from '#people/scope.ts';
import type { EnrolmentView } from './api.types.ts';
import { IdParams } from './schemas.ts';
import type { TypedServer } from './typed-routes.ts';

export interface CareRouteDeps {
  readonly care: Care;
  readonly people: Pick<People, 'listAccounts'>;
  readonly scope: Scope;
}

const Strict = { additionalProperties: false } as const;
const Line = Type.String({ maxLength: 500 });
const InstantMs = Type.Integer({ minimum: 0, maximum: 7_258_118_400_000 });
const EnrolBody = Type.Object(
  {
    person: Type.Object(
      {
        name: Type.Optional(Line),
        phone: Type.Optional(Line),
        email: Type.Optional(Line),
        address: Type.Optional(Line),
        note: Type.Optional(Line),
      },
      Strict,
    ),
    rules: Type.Array(Type.Unsafe<(typeof CARE_RULES)[number]>({ type: 'string', enum: [...CARE_RULES] }), {
      minItems: 1,
      maxItems: CARE_RULES.length,
      uniqueItems: true,
    }),
    /** Sign-in name or id of the carer's account; left out: the caller. */
    carer: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    cell: Type.String({ minLength: 1, maxLength: 200 }),
    meter: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
    expiresAt: InstantMs,
    given: Type.Unsafe<'on-paper' | 'in-person' | 'cabin'>({
      type: 'string',
      enum: ['on-paper', 'in-person', 'cabin'],
    }),
  },
  Strict,
);
const AwayBody = Type.Object({ until: Type.Union([InstantMs, Type.Null()]) }, Strict);

export function registerCareRoutes(server: TypedServer, { care, people, scope }: CareRouteDeps): void {
  const config = { permission: 'care.see' } as const;
  const tags = ['care'];

  /** Errors: `care.no_party`: who belongs to no community looks after nobody. */
  function partyOf({ party }: Caller): string {
    if (party === undefined)
      throw forbidden('care.no_party', 'Care belongs to a community: your account has no party.');
    return party;
  }

  /** Another community's people are as unknown as nobody. */
  async function getOwn(caller: Caller, id: string): Promise<Enrolment> {
    partyOf(caller);
    const found = (await care.list({ parties: scope.partiesOf(caller) })).find((each) => each.id === id);
    if (found === undefined) throw notFound('care.unknown', 'Nobody is looked after under this id.', 'id');
    return found;
  }

  async function findCarer(caller: Caller, nameOrId: string | undefined) {
    const party = partyOf(caller);
    if (nameOrId === undefined) return { account: caller.id, name: caller.name, party };
    const account = (await people.listAccounts()).find(
      ({ id, name, disabled }) => !disabled && (id === nameOrId || name.toLowerCase() === nameOrId.toLowerCase()),
    );
    if (account === undefined || account.party !== party)
      throw invalid('care.carer', 'The carer must have an account of your own party.', 'carer');
    return { account: account.id, name: account.displayName, party };
  }

  server.get('/care', { config, schema: { tags } }, async ({ caller }, reply) => {
    partyOf(caller);
    const enrolments = (await care.list({ parties: scope.partiesOf(caller) })).map(toView);
    return reply.header('cache-control', 'no-store').send({ rules: care.rules, enrolments });
  });

  server.post('/care', { config, schema: { tags, body: EnrolBody } }, async ({ caller, body }, reply) => {
    const { carer: wanted, meter, ...rest } = body;
    const carer = await findCarer(caller, wanted);
    const made = await care.enrol({ ...rest, meter, carer, recordedBy: caller.name });
    return reply
      .status(201)
      .header('cache-control', 'no-store')
      .send({ enrolments: made.map(toView) });
  });

  server.delete('/care/:id', { config, schema: { tags, params: IdParams } }, async ({ caller, params }, reply) => {
    await care.withdraw((await getOwn(caller, params.id)).id, caller.name);
    return reply.status(204).send();
  });

  server.post(
    '/care/:id/away',
    { config, schema: { tags, params: IdParams, body: AwayBody } },
    async ({ caller, params, body }) =>
      toView(await care.away((await getOwn(caller, params.id)).id, body.until ?? undefined)),
  );

  server.post('/care/:id/seen', { config, schema: { tags, params: IdParams } }, async ({ caller, params }) =>
    toView(await care.seen((await getOwn(caller, params.id)).id)),
  );
}

const toView = ({ id, rule, carer, cell, since, expiresAt, awayUntil, seenAt }: Enrolment): EnrolmentView => ({
  id,
  rule,
  carerName: carer.name,
  cell,
  since,
  expiresAt,
  awayUntil,
  seenAt,
});
