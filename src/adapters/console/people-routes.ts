/** Accounts and keys, for administrators. A secret is answered once, when it is made. */

import { invalid } from '#kernel/errors.ts';
import type { Account, ApiKey } from '#people/people.types.ts';
import { newOneTimePassword } from '#people/secrets.ts';
import type { AccountView, KeyView } from './api.types.ts';
import type { ConsoleDeps } from './console.types.ts';
import { AccountChangeBody, IdParams, NewAccountBody, NewKeyBody } from './schemas.ts';
import type { TypedServer } from './typed-routes.ts';

const MANAGE = { permission: 'people.manage' } as const;
const tags = ['people'];

export function registerPeopleRoutes(server: TypedServer, { people, territory, random }: ConsoleDeps): void {
  /** A party or area that the city does not have would silently see nothing. */
  function checkReach(party: string | null | undefined, areas: readonly string[] | undefined): void {
    if (party != null && !territory.pack.parties.some(({ id }) => id === party))
      throw invalid('party.unknown', `The city has no party "${party}".`, 'party');
    const stranger = areas?.findIndex((area) => !territory.findArea(area)) ?? -1;
    if (stranger >= 0)
      throw invalid('area.unknown', `The city has no area "${areas![stranger]}".`, `areas[${stranger}]`);
  }

  server.get('/accounts', { config: MANAGE, schema: { tags } }, async () => ({
    accounts: (await people.listAccounts()).map(toAccountView),
  }));

  server.post('/accounts', { config: MANAGE, schema: { tags, body: NewAccountBody } }, async ({ body }, reply) => {
    checkReach(body.party, body.areas);
    const made = body.password === undefined ? newOneTimePassword(random) : undefined;
    const account = await people.createAccount({ ...body, password: body.password ?? made!, mustChangePassword: true });
    return reply.status(201).send({ account: toAccountView(account), password: made });
  });

  server.patch(
    '/accounts/:id',
    { config: MANAGE, schema: { tags, params: IdParams, body: AccountChangeBody } },
    async ({ params, body }) => {
      const { resetPassword, ...change } = body;
      checkReach(change.party, change.areas);
      const password = resetPassword ? newOneTimePassword(random) : undefined;
      const renewed = password === undefined ? {} : { password, mustChangePassword: true };
      const account = await people.changeAccount(params.id, { ...change, ...renewed });
      return { ...toAccountView(account), password };
    },
  );

  server.get('/keys', { config: MANAGE, schema: { tags } }, async () => ({
    keys: (await people.listKeys()).filter(({ revokedAt }) => revokedAt === undefined).map(toKeyView),
  }));

  server.post('/keys', { config: MANAGE, schema: { tags, body: NewKeyBody } }, async ({ body, caller }, reply) => {
    checkReach(body.party, body.areas);
    const { role, ...rest } = body;
    const { key, secret } = await people.createKey({ ...rest, roles: [role], createdBy: caller.id });
    return reply
      .status(201)
      .header('cache-control', 'no-store')
      .send({ ...toKeyView(key), key: secret });
  });

  server.delete('/keys/:id', { config: MANAGE, schema: { tags, params: IdParams } }, async ({ params }, reply) => {
    await people.revokeKey(params.id);
    return reply.status(204).send();
  });
}

const toAccountView = (account: Account): AccountView => ({
  id: account.id,
  name: account.name,
  displayName: account.displayName,
  roles: account.roles,
  party: account.party,
  areas: account.areas,
  disabled: account.disabled,
  lastSignInAt: account.lastSignInAt,
});

const toKeyView = (key: ApiKey): KeyView => ({
  id: key.id,
  name: key.name,
  role: key.roles[0]!,
  hint: key.hint,
  party: key.party,
  areas: key.areas,
  thingIds: key.thingIds,
  createdAt: key.createdAt,
  lastUsedAt: key.lastUsedAt,
});
