/** `cityloom user`: accounts of people. */
import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { invalid } from '#kernel/errors.ts';
import { ROLES } from '#kernel/roles.ts';
import { toIso } from '#kernel/time.ts';
import { checkName, checkRoles } from '#people/accounts.ts';
import { checkPassword } from '#people/passwords.ts';
import { newOneTimePassword } from '#people/secrets.ts';
import { type Command, type CommandContext, EXIT } from './command.types.ts';
import { listOf, toTable, withPeople } from './with-people.ts';

const HELP = `
cityloom user create NAME --role ROLE [--display-name TEXT] [--party P] [--area A,B] [--password-stdin] [--data DIR]
cityloom user list [--data DIR]
cityloom user set-password NAME [--password-stdin] [--data DIR]
cityloom user disable NAME | enable NAME [--data DIR]

Works while the city runs and while it is down. Without --password-stdin a one-time password is printed alone on stdout, and
must be changed at the first sign-in. A new password or \`disable\` ends every session of the account.

  --role ROLE         ${ROLES.join(', ')}; several with commas
  --display-name TEXT the name that colleagues and the ledger see (default: the sign-in name)
  --party P           the party the account belongs to
  --area A,B          the areas it sees; without: the whole city
  --password-stdin    read the password from stdin: never on the command line, where every process can see it
  --data DIR          the city's data folder (default .cityloom, or CITYLOOM_DATA_DIR; DATABASE_URL for a served database)

Exit codes: 0 done, 1 failed, 2 wrong input.
`;

export const user: Command = { summary: 'create, list, disable accounts and set passwords', help: HELP, run };

const OPTIONS = {
  role: { type: 'string' },
  'display-name': { type: 'string' },
  party: { type: 'string' },
  area: { type: 'string' },
  'password-stdin': { type: 'boolean' },
  data: { type: 'string' },
} as const;

type Given = ReturnType<typeof parse>['values'];
const parse = (args: string[]) => parseArgs({ args, options: OPTIONS, allowPositionals: true });

async function run(args: string[], context: CommandContext): Promise<number> {
  const { values, positionals } = parse(args);
  const [action, name, ...rest] = positionals;
  if (rest.length > 0) throw invalid('command.surplus', `What is "${rest[0]}"? See cityloom user --help.`);
  if (action === 'list') return list(values, context);
  if (name === undefined) throw invalid('command.unclear', 'Say which account. See cityloom user --help.');
  if (action === 'create') return create(name, values, context);
  if (action === 'set-password') return setPassword(name, values, context);
  if (action === 'disable' || action === 'enable') return able(name, action === 'disable', values, context);
  throw invalid('command.unclear', `There is no "user ${action}". See cityloom user --help.`);
}

/** The password from stdin, or a one-time password that the account must replace. */
async function choosePassword(given: Given): Promise<{ password: string; oneTime: boolean }> {
  if (!given['password-stdin']) return { password: newOneTimePassword((count) => randomBytes(count)), oneTime: true };
  return { password: (await text(process.stdin)).replace(/\r?\n$/, ''), oneTime: false };
}

async function create(name: string, given: Given, context: CommandContext): Promise<number> {
  const roles = listOf(given.role);
  if (roles === undefined)
    throw invalid('role.missing', `Give the account a role: --role ${ROLES.join('|')}.`, '--role');
  checkName(name, 'NAME');
  checkRoles(roles, '--role');
  const { password, oneTime } = await choosePassword(given);
  checkPassword(password, name, 'password');
  const account = await withPeople(given.data, context, (people) =>
    people.createAccount({
      name,
      displayName: given['display-name'] ?? name,
      password,
      roles,
      party: given.party,
      areas: listOf(given.area),
      mustChangePassword: oneTime,
    }),
  );
  context.stderr.write(`Account ${account.name} may act as ${account.roles.join(', ')}.\n`);
  if (oneTime) context.stdout.write(`${password}\n`);
  return EXIT.done;
}

async function list(given: Given, context: CommandContext): Promise<number> {
  const accounts = await withPeople(given.data, context, (people) => people.listAccounts());
  const rows = accounts.map((each) => [
    each.name,
    each.displayName,
    each.roles.join(','),
    each.party ?? '-',
    each.areas.join(',') || 'whole city',
    each.lastSignInAt === undefined ? 'never' : toIso(each.lastSignInAt),
    each.disabled ? 'disabled' : each.mustChangePassword ? 'must change password' : 'active',
  ]);
  context.stdout.write(toTable(['name', 'display name', 'roles', 'party', 'areas', 'last sign-in', 'state'], rows));
  return EXIT.done;
}

async function setPassword(name: string, given: Given, context: CommandContext): Promise<number> {
  const { password, oneTime } = await choosePassword(given);
  await withPeople(given.data, context, (people) =>
    people.changeAccount(name, { password, mustChangePassword: oneTime }),
  );
  context.stderr.write(`The password of ${name} is changed; every session of it has ended.\n`);
  if (oneTime) context.stdout.write(`${password}\n`);
  return EXIT.done;
}

async function able(name: string, disabled: boolean, given: Given, context: CommandContext): Promise<number> {
  await withPeople(given.data, context, (people) => people.changeAccount(name, { disabled }));
  context.stderr.write(`Account ${name} is ${disabled ? 'disabled; every session of it has ended' : 'enabled'}.\n`);
  return EXIT.done;
}
