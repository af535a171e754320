/** Signing in and out, and what the sign-in screen may show. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CityError } from '#kernel/errors.ts';
import { ROLES, type Role } from '#kernel/roles.ts';
import type { Session } from '#people/people.types.ts';
import type { SessionView, WelcomeView } from './api.types.ts';
import type { CityIndex } from './city-index.ts';
import type { ConsoleDeps } from './console.types.ts';
import { clearSessionCookie, findSessionToken, setSessionCookie } from './request-origin.ts';
import { PasswordBody, SignInBody } from './schemas.ts';
import type { TypedServer } from './typed-routes.ts';

const OPEN = { permission: 'public' } as const;
const tags = ['session'];

export const toSessionView = ({ account, permissions }: Session): SessionView => ({
  account: {
    id: account.id,
    name: account.name,
    displayName: account.displayName,
    roles: account.roles,
    party: account.party,
    areas: account.areas,
  },
  permissions,
  mustChangePassword: account.mustChangePassword,
});

export function registerSessionRoutes(server: TypedServer, deps: ConsoleDeps, index: CityIndex): void {
  const { people, territory, demonstrationPassword } = deps;
  const begin = (request: FastifyRequest, reply: FastifyReply, token: string, session: Session) => {
    setSessionCookie(request, reply, token);
    reply.header('cache-control', 'no-store');
    return toSessionView(session);
  };

  server.post('/session', { config: OPEN, schema: { tags, body: SignInBody } }, async (request, reply) => {
    const { token, session } = await people.signIn({ ...request.body, address: request.ip });
    const before = findSessionToken(request);
    if (before !== undefined) await people.signOut(before);
    return begin(request, reply, token, session);
  });

  server.get('/session', { config: OPEN, schema: { tags } }, async (request, reply) => {
    reply.header('cache-control', 'no-store');
    const token = findSessionToken(request);
    const session = token === undefined ? undefined : await people.findSession(token);
    if (session) return toSessionView(session);
    throw new CityError('unauthenticated', 'session.none', 'Nobody is signed in here.');
  });

  server.put('/session/password', { config: OPEN, schema: { tags, body: PasswordBody } }, async (request, reply) => {
    const token = findSessionToken(request);
    if (token === undefined) throw new CityError('unauthenticated', 'session.none', 'Sign in first.');
    const changed = await people.changePassword({ token, ...request.body, address: request.ip });
    return begin(request, reply, changed.token, changed.session);
  });

  server.delete('/session', { config: OPEN, schema: { tags } }, async (request, reply) => {
    const token = findSessionToken(request);
    if (token !== undefined) await people.signOut(token);
    clearSessionCookie(request, reply);
    return reply.status(204).send();
  });

  server.get('/welcome', { config: OPEN, schema: { tags } }, (): WelcomeView => {
    const { name, languages, defaultLanguage, fictional, accounts } = territory.pack;
    const password = fictional ? demonstrationPassword : undefined;
    const known = (role: string): role is Role => (ROLES as readonly string[]).includes(role);
    return {
      name,
      languages,
      defaultLanguage,
      fictional,
      accounts:
        password === undefined
          ? []
          : accounts.map((account) => ({
              name: account.name,
              displayName: account.displayName,
              roles: account.roles.filter(known),
              party: index.partyName(account.party),
              password,
            })),
    };
  });
}
