/** People who agreed to be looked after: written down, listed and let go by the staff of the carer's own party. */
import { Type } from 'typebox';
import { CARE_RULES, type Care, type Enrolment } from '#domains/community/care.types.ts';
import { forbidden, invalid, notFound } from '#kernel/errors.ts';
import type { Position } from '#kernel/geo.ts';
import { type Caller, may } from '#kernel/roles.ts';
import type { People } from '#people/people.types.ts';
import type { Scope } from '#people/scope.ts';
import { PERSONAL_FIELDS, type Vault } from '#people/vault/vault.types.ts';
import type { Territory } from '#territory/territory.types.ts';
import type { EnrolmentView, RevealedView } from './api.types.ts';
import { createCareViews } from './care-views.ts';
import { toActor } from './case-permissions.ts';
import { IdParams } from './schemas.ts';
import type { TypedServer } from './typed-routes.ts';
import { SHOWN_SECONDS } from './vault-rules.ts';

export interface CareRouteDeps {
  readonly care: Care;
  readonly people: Pick<People, 'listAccounts'>;
  readonly vault: Pick<Vault, 'describe' | 'listConsents' | 'reveal'>;
  readonly territory: Pick<Territory, 'findArea' | 'locate'>;
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
    cell: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    /** Instead of the cell: anywhere in it. The place itself is not kept. */
    place: Type.Optional(
      Type.Tuple([Type.Number({ minimum: -180, maximum: 180 }), Type.Number({ minimum: -90, maximum: 90 })]),
    ),
    meter: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
    expiresAt: InstantMs,
    given: Type.Unsafe<'on-paper' | 'in-person' | 'cabin'>({
      type: 'string',
      enum: ['on-paper', 'in-person', 'cabin'],
    }),
  },
  Strict,
);
const words = <T extends string>(values: readonly T[]) => Type.Unsafe<T>({ type: 'string', enum: [...values] });
const RevealBody = Type.Object(
  {
    purpose: Type.Literal('care'),
    fields: Type.Array(words(PERSONAL_FIELDS), { minItems: 1, maxItems: PERSONAL_FIELDS.length, uniqueItems: true }),
  },
  Strict,
);
const AwayBody = Type.Object({ until: Type.Union([InstantMs, Type.Null()]) }, Strict);

export function registerCareRoutes(server: TypedServer, deps: CareRouteDeps): void {
  const { care, people, scope, territory, vault } = deps;
  const { toViews } = createCareViews(deps);
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

  function cellAt(place: Position | undefined): string {
    if (place === undefined) throw invalid('care.cell', 'Say where the home is: its cell, or a place in it.', 'cell');
    const { cell } = territory.locate(place);
    if (cell === undefined) throw invalid('place.outside', 'The city does not answer for this place.', 'place');
    return cell.id;
  }

  async function toOneView(enrolment: Enrolment): Promise<EnrolmentView> {
    const [view] = await toViews([enrolment]);
    return view!;
  }

  server.get('/care', { config, schema: { tags } }, async ({ caller }, reply) => {
    partyOf(caller);
    const enrolments = await toViews(await care.list({ parties: scope.partiesOf(caller) }));
    return reply.header('cache-control', 'no-store').send({ rules: care.rules, enrolments });
  });

  server.post('/care', { config, schema: { tags, body: EnrolBody } }, async ({ caller, body }, reply) => {
    const { carer: wanted, meter, cell: named, place, ...rest } = body;
    const carer = await findCarer(caller, wanted);
    const cell = named ?? cellAt(place);
    const made = await care.enrol({ ...rest, cell, meter, carer, recordedBy: caller.name });
    return reply
      .status(201)
      .header('cache-control', 'no-store')
      .send({ enrolments: await toViews(made) });
  });

  server.delete('/care/:id', { config, schema: { tags, params: IdParams } }, async ({ caller, params }, reply) => {
    await care.withdraw((await getOwn(caller, params.id)).id, caller.name);
    return reply.status(204).send();
  });

  server.post(
    '/care/:id/away',
    { config, schema: { tags, params: IdParams, body: AwayBody } },
    async ({ caller, params, body }) =>
      toOneView(await care.away((await getOwn(caller, params.id)).id, body.until ?? undefined)),
  );

  server.post('/care/:id/seen', { config, schema: { tags, params: IdParams } }, async ({ caller, params }) =>
    toOneView(await care.seen((await getOwn(caller, params.id)).id)),
  );

  server.post(
    '/care/:id/reveal',
    { config, schema: { tags, params: IdParams, body: RevealBody } },
    async ({ caller, params, body }, reply) => {
      if (!may(caller, 'vault.reveal'))
        throw forbidden('caller.not_permitted', `${caller.name} may not look at who somebody is.`);
      const { pseudonym } = await getOwn(caller, params.id);
      const person = await vault.reveal(pseudonym, { ...body, by: toActor(caller) });
      return reply
        .header('cache-control', 'no-store')
        .send({ person, shownSeconds: SHOWN_SECONDS } satisfies RevealedView);
    },
  );
}
