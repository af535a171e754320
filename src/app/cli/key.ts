/** `cityloom key`: keys of devices and integrations. */
import { parseArgs } from 'node:util';
import { invalid } from '#kernel/errors.ts';
import type { Role } from '#kernel/roles.ts';
import { ROLES } from '#kernel/roles.ts';
import { toIso } from '#kernel/time.ts';
import { checkNewKey } from '#people/keys.ts';
import type { NewKey } from '#people/people.types.ts';
import { type Command, type CommandContext, EXIT } from './command.types.ts';
import { listOf, toTable, withPeople } from './with-people.ts';

const HELP = `
cityloom key create NAME --role ROLE [--party P] [--area A,B] [--things 1,2] [--data DIR]
cityloom key list [--data DIR]
cityloom key revoke NAME|ID [--data DIR]

Works while the city runs and while it is down. \`create\` prints the key alone on stdout; it is shown only this once.
Send it as \`Authorization: Bearer KEY\`.

  --role ROLE     ${ROLES.join(', ')}; several with commas
  --party P       the party the key acts for
  --area A,B      the areas it sees; without: the whole city
  --things 1,2    a device key: the Things it may write Observations of
  --data DIR      the city's data folder (default .cityloom, or CITYLOOM_DATA_DIR; DATABASE_URL for a served database)

Exit codes: 0 done, 1 failed, 2 wrong input.
`;

export const key: Command = { summary: 'create, list and revoke keys for devices and integrations', help: HELP, run };

const OPTIONS = {
  role: { type: 'string' },
  party: { type: 'string' },
  area: { type: 'string' },
  things: { type: 'string' },
  data: { type: 'string' },
} as const;

async function run(args: string[], context: CommandContext): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const [action, name, ...rest] = positionals;
  if (rest.length > 0) throw invalid('command.surplus', `What is "${rest[0]}"? See cityloom key --help.`);
  if (action === 'list') return list(values.data, context);
  if (name === undefined || (action !== 'create' && action !== 'revoke'))
    throw invalid('command.unclear', 'Say key create NAME --role ROLE, key list, or key revoke NAME.');
  return action === 'create' ? create(name, values, context) : revoke(name, values.data, context);
}

async function create(
  name: string,
  given: { role?: string; party?: string; area?: string; things?: string; data?: string },
  context: CommandContext,
): Promise<number> {
  const roles = listOf(given.role);
  if (roles === undefined) throw invalid('role.missing', `Give the key a role: --role ${ROLES.join('|')}.`, '--role');
  const wanted: NewKey = {
    name,
    roles: roles as Role[], // checked right below
    party: given.party,
    areas: listOf(given.area),
    thingIds: listOf(given.things)?.map(Number),
    createdBy: 'command line',
  };
  checkNewKey(wanted);
  const { key: made, secret } = await withPeople(given.data, context, (people) => people.createKey(wanted));
  context.stderr.write(`Key ${made.id} (${made.name}) may act as ${made.roles.join(', ')}. It is shown only now:\n`);
  context.stdout.write(`${secret}\n`);
  return EXIT.done;
}

async function list(data: string | undefined, context: CommandContext): Promise<number> {
  const keys = await withPeople(data, context, (people) => people.listKeys());
  const rows = keys.map((each) => [
    each.id,
    each.name,
    `${each.hint}…`,
    each.roles.join(','),
    each.party ?? '-',
    each.lastUsedAt === undefined ? 'never used' : toIso(each.lastUsedAt),
    each.revokedAt === undefined ? 'valid' : `revoked ${toIso(each.revokedAt)}`,
  ]);
  context.stdout.write(toTable(['id', 'name', 'key', 'roles', 'party', 'last used', 'state'], rows));
  return EXIT.done;
}

async function revoke(idOrName: string, data: string | undefined, context: CommandContext): Promise<number> {
  const revoked = await withPeople(data, context, (people) => people.revokeKey(idOrName));
  context.stderr.write(
    `Key ${revoked.id} (${revoked.name}) is revoked. A running city stops taking it within 2 seconds.\n`,
  );
  return EXIT.done;
}
