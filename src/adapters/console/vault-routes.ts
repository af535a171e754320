/** Who told us, and their contact for a purpose. Everything in here answers `no-store`: a name is seen once, and the person will know. */
import { Type } from 'typebox';
import type { CaseDetail, Casework } from '#casework/casework.types.ts';
import type { Receipts } from '#casework/receipts/receipts.types.ts';
import type { Care } from '#domains/community/care.types.ts';
import { CityError, notFound } from '#kernel/errors.ts';
import type { Caller } from '#kernel/roles.ts';
import type { Scope } from '#people/scope.ts';
import { PERSONAL_FIELDS, REVEAL_PURPOSES, type Vault } from '#people/vault/vault.types.ts';
import type { Territory } from '#territory/territory.types.ts';
import type { CaseContactsView, RevealedView } from './api.types.ts';
import { toActor } from './case-permissions.ts';
import { factsOf, refuseUnseen } from './case-views.ts';
import { IdParams } from './schemas.ts';
import type { TypedServer } from './typed-routes.ts';
import { purposesFor, SHOWN_SECONDS } from './vault-rules.ts';

export interface VaultRouteDeps {
  readonly casework: Pick<Casework, 'getCase'>;
  readonly receipts: Pick<Receipts, 'listOfCase'>;
  readonly care: Pick<Care, 'findByFinding'>;
  readonly vault: Pick<Vault, 'describe' | 'reveal'>;
  readonly territory: Pick<Territory, 'findArea'>;
  readonly scope: Scope;
}

const words = <T extends string>(values: readonly T[]) => Type.Unsafe<T>({ type: 'string', enum: [...values] });
const ContactParams = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 200 }),
  contactId: Type.String({ minLength: 1, maxLength: 200 }),
});
const RevealBody = Type.Object(
  {
    purpose: words(REVEAL_PURPOSES),
    fields: Type.Array(words(PERSONAL_FIELDS), { minItems: 1, maxItems: PERSONAL_FIELDS.length, uniqueItems: true }),
  },
  { additionalProperties: false },
);

interface Contact {
  readonly id: string;
  readonly kind: 'resident' | 'care';
  readonly at: number;
  readonly language: string | undefined;
  readonly pseudonym: string | undefined;
}

export function registerVaultRoutes(server: TypedServer, deps: VaultRouteDeps): void {
  const { casework, scope, territory, vault } = deps;
  const options = { config: { permission: 'vault.reveal' } } as const;
  const tags = ['vault'];

  async function getSeen(caller: Caller, caseId: string) {
    const detail = await casework.getCase(caseId);
    refuseUnseen(scope, caller, factsOf(detail));
    const workerParty = territory.findArea(detail.cell)?.worker?.party;
    return { detail, purposes: purposesFor(scope, caller, factsOf(detail), workerParty) };
  }

  server.get('/cases/:id/contacts', { ...options, schema: { tags, params: IdParams } }, async (request, reply) => {
    const { detail, purposes } = await getSeen(request.caller, request.params.id);
    const contacts = await listContacts(deps, detail);
    const kept: CaseContactsView['contacts'][number][] = [];
    for (const { id, kind, at, language, pseudonym } of contacts) {
      if (pseudonym === undefined) continue;
      const what = await vault.describe(pseudonym);
      kept.push(
        'erasedAt' in what
          ? { id, kind, at, language, fields: [], erasedAt: what.erasedAt }
          : { id, kind, at, language, fields: what.fields, erasedAt: undefined },
      );
    }
    const told = contacts.filter(({ kind }) => kind === 'resident').length;
    return reply
      .header('cache-control', 'no-store')
      .send({ told, contacts: kept, purposes } satisfies CaseContactsView);
  });

  server.post(
    '/cases/:id/contacts/:contactId/reveal',
    { ...options, schema: { tags, params: ContactParams, body: RevealBody } },
    async ({ caller, params, body }, reply) => {
      const { detail, purposes } = await getSeen(caller, params.id);
      if (!purposes.includes(body.purpose))
        throw new CityError(
          'forbidden',
          'reveal.not_yours',
          purposes.length === 0
            ? 'The contact of who reported is for those who handle the case.'
            : `For this case you may look for: ${purposes.join(', ')}.`,
          'purpose',
        );
      const found = (await listContacts(deps, detail)).find(({ id }) => id === params.contactId);
      if (found?.pseudonym === undefined)
        throw notFound('contact.unknown', 'This case has no such contact.', 'contactId');
      const person = await vault.reveal(found.pseudonym, { ...body, caseId: detail.id, by: toActor(caller) });
      return reply
        .header('cache-control', 'no-store')
        .send({ person, shownSeconds: SHOWN_SECONDS } satisfies RevealedView);
    },
  );
}

/** Residents who told it, and the home behind a concern of care. */
async function listContacts({ receipts, care }: VaultRouteDeps, detail: CaseDetail): Promise<Contact[]> {
  const told = await receipts.listOfCase(detail.id);
  const homes = new Map<string, Contact>();
  for (const { kind, id } of detail.children) {
    const enrolment = kind === 'finding' ? await care.findByFinding(id) : undefined;
    if (enrolment !== undefined)
      homes.set(enrolment.id, {
        id: enrolment.id,
        kind: 'care',
        at: enrolment.since,
        language: undefined,
        pseudonym: enrolment.pseudonym,
      });
  }
  return [
    ...told.map(({ id, at, language, contact }) => ({
      id,
      kind: 'resident' as const,
      at,
      language,
      pseudonym: contact,
    })),
    ...homes.values(),
  ];
}
