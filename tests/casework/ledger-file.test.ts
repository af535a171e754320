import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { exporter, readMoment } from '#app/cli/export.ts';
import { verifier } from '#app/cli/verify.ts';
import { type ExportRequest, exportLedger, type LedgerLine, sealOf } from '#casework/export.ts';
import { sha256 } from '#casework/ledger-storage.ts';
import type { CaseEvent } from '#kernel/case.ts';
import { CHAIN_START, chainOn, rootsOf } from '#kernel/ledger.ts';
import {
  aBurst,
  BURST,
  type City,
  DISPATCHER,
  dispatchedBurst,
  handled,
  LAMP,
  metresEast,
  PHOTO,
  RULES,
  smallCity,
  VERIFIER,
  worker,
} from './small-city.ts';

const DAY_MINUTES = 24 * 60;

/** Two days: a burst with a bounce, a pause, a failed verification and an escalation; and a lamp that is handled too late. */
async function twoDays(city: City): Promise<void> {
  const sent = await dispatchedBurst(city);
  await city.act(sent.id, 'return', { reason: 'Not ours.' }, worker('waterworks'));
  city.pass(15);
  await city.tick();
  const again = await city.act(sent.id, 'dispatch', { party: 'waterworks-east' }, DISPATCHER);
  await city.act(sent.id, 'pause', { reason: 'Waiting for a part.' }, DISPATCHER);
  city.pass(30);
  await city.act(sent.id, 'resume', {}, DISPATCHER);
  const done = await handled(city, again);
  await city.act(done.id, 'verify_fail', { reason: 'Wet.' }, VERIFIER);
  const dry = await handled(city, await city.casework.getCase(sent.id));
  await city.act(dry.id, 'verify_pass', { photos: [PHOTO] }, VERIFIER);
  const lamp = {
    caseClass: LAMP.code,
    place: metresEast(3_000),
    description: 'Dark.',
    source: 'grid_worker' as const,
    reporter: worker('grid-0412'),
    photos: [],
  };
  const { caseId } = await city.casework.report(lamp);
  city.pass(3 * DAY_MINUTES);
  await city.tick();
  const lit = await handled(city, await city.casework.getCase(caseId));
  await city.act(lit.id, 'verify_pass', { photos: [PHOTO] }, VERIFIER);
}

async function exported(city: City, request: Partial<ExportRequest> = {}): Promise<LedgerLine[]> {
  const lines: LedgerLine[] = [];
  await exportLedger(
    city.database,
    { now: city.now(), ...request },
    (line) => void lines.push(JSON.parse(JSON.stringify(line))),
  );
  return lines;
}

async function aLedger(t: TestContext): Promise<{ city: City; lines: LedgerLine[] }> {
  const city = await smallCity(t);
  await twoDays(city);
  return { city, lines: await exported(city) };
}

/** Runs `cityloom verify` on the lines as a file. */
async function verify(
  t: TestContext,
  lines: readonly LedgerLine[],
  ...args: string[]
): Promise<{ code: number; says: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'ledger-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'ledger.ndjson'), `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
  const stdout = new PassThrough();
  const code = await verifier.run(['ledger.ndjson', ...args], { stdout, stderr: stdout, env: {}, cwd: folder });
  return { code, says: String(stdout.read() ?? '') };
}

type EventLine = LedgerLine & CaseEvent;
const isEvent = (line: LedgerLine): line is LedgerLine & { kind: 'event' } => line.kind === 'event';
const find = (lines: readonly LedgerLine[], type: string): EventLine =>
  lines.filter(isEvent).find((event) => event.type === type) as EventLine;

/** The file with the first event of a type changed; `heal` computes every hash, root and seal after it anew, as a careful forger would. */
function forged(
  lines: readonly LedgerLine[],
  type: string,
  change: (event: EventLine) => object,
  heal = false,
): LedgerLine[] {
  const target = find(lines, type);
  const altered = lines.map((line) => (line === target ? { ...target, ...change(target) } : line)) as LedgerLine[];
  return heal ? healed(altered) : altered;
}

function healed(lines: readonly LedgerLine[]): LedgerLine[] {
  const [header] = lines;
  const end = lines.at(-1);
  assert.ok(header?.kind === 'header' && end?.kind === 'end');
  const events = chainOn(CHAIN_START, lines.filter(isEvent), sha256);
  const roots = rootsOf(events, header.city.timeZone, sha256).slice(
    0,
    lines.filter(({ kind }) => kind === 'root').length,
  );
  const last = { sequence: events.at(-1)!.sequence, hash: events.at(-1)!.hash };
  const seal = sealOf(header, roots, last, end.onTime);
  return [
    header,
    ...events.map((event) => ({ ...event, kind: 'event' as const })),
    ...roots.map((root) => ({ ...root, kind: 'root' as const })),
    { ...end, last, seal },
  ];
}

test('a true ledger is found true, with what it holds and how much of it was on time', async (t) => {
  const { lines } = await aLedger(t);
  const { code, says } = await verify(t, lines);
  assert.match(says, /^OK small-city: \d+ events of 2 cases/);
  assert.match(says, /on time 1 of 2 due \(50\.00 %\), 0 deferred/);
  assert.equal(code, 0);
});

test('an altered word is found, at its event', async (t) => {
  const { lines } = await aLedger(t);
  const { sequence, caseId } = find(lines, 'return');
  const { code, says } = await verify(
    t,
    forged(lines, 'return', ({ details }) => ({ details: { ...details, reason: 'Ours.' } })),
  );
  assert.equal(code, 3);
  assert.ok(says.startsWith(`ALTERED event ${sequence}, case ${caseId}: its content hashes to`), says);
});

test('a removed, an inserted, a repeated and a moved event are found', async (t) => {
  const { lines } = await aLedger(t);
  const at = lines.findIndex((line) => isEvent(line) && line.type === 'return');
  const moved = lines.with(at, lines[at + 1]!).with(at + 1, lines[at]!);
  const one = find(lines, 'return').sequence;
  for (const [file, sequence] of [
    [lines.toSpliced(at, 1), one + 1],
    [lines.toSpliced(at, 0, lines[at - 2]!), one - 2],
    [lines.toSpliced(at, 0, lines[at]!), one],
    [moved, one + 1],
  ] as const) {
    const { code, says } = await verify(t, file);
    assert.equal(code, 3);
    assert.match(says, new RegExp(`^ALTERED event ${sequence},.*(sequence is|previous is)`));
  }
});

test('a file that was cut short is found, wherever it was cut', async (t) => {
  const { lines } = await aLedger(t);
  const events = lines.filter(isEvent).length;
  const cut = [lines.slice(0, -1), lines.slice(0, 20), lines.toSpliced(events, 1), [lines[0]!, lines.at(-1)!]];
  for (const file of cut) assert.equal((await verify(t, file)).code, 3);
});

test('a header with another city, other rules or another time is found', async (t) => {
  const { lines } = await aLedger(t);
  const header = lines[0]!;
  assert.ok(header.kind === 'header');
  const [first] = header.rules;
  const softer = {
    ...first!,
    rules: {
      ...first!.rules,
      classes: first!.rules.classes.map((each) => ({
        ...each,
        handle: { basis: 'calendar' as const, minutes: 99_999 },
      })),
    },
  };
  const headers = [
    { ...header, city: { ...header.city, id: 'another-city' } },
    { ...header, city: { ...header.city, timeZone: 'Europe/Berlin' } },
    { ...header, exportedAt: header.exportedAt + 1 },
    { ...header, rules: [softer] },
    { ...header, rules: [{ ...softer, sha256: sha256('softer') }] },
    { ...header, rules: [] },
  ];
  for (const altered of headers) {
    const { code, says } = await verify(t, [altered, ...lines.slice(1)]);
    assert.equal(code, 3, says);
    assert.match(says, /header|adopted|rules/, says);
  }
});

test('a deadline moved by a careful forger, who mends every hash, root and seal, is found by the rules', async (t) => {
  const { lines } = await aLedger(t);
  const later = ({ details }: EventLine) => ({
    details: {
      ...details,
      clocks: (details.clocks as { clock: string; dueAt: number }[]).map((clock) =>
        clock.clock === 'handle' ? { ...clock, dueAt: clock.dueAt + 60_000 } : clock,
      ),
    },
  });
  const { code, says } = await verify(t, forged(lines, 'dispatch', later, true));
  assert.equal(code, 3);
  assert.match(
    says,
    new RegExp(`^ALTERED event ${find(lines, 'dispatch').sequence}, .*clock handle: due at .*, the event states`),
  );
});

test('a careful forger cannot make a late one on time, skip a step, or let the handler verify', async (t) => {
  const { lines } = await aLedger(t);
  const onTime = (event: EventLine) => ({ details: { ...event.details, onTime: false } });
  const forgeries: [string, (event: EventLine) => object, RegExp][] = [
    ['evaluate', onTime, /the evaluation comes to/],
    ['finish', () => ({ from: 'dispatched' }), /leads from in_progress to handled/],
    ['verify_pass', ({ actor }) => ({ actor: { ...actor, party: 'waterworks-east' } }), /may not verify/],
    ['escalate', ({ details }) => ({ details: { ...details, step: 2 } }), /step 2 follows step 0/],
    ['confirm', ({ at }) => ({ at: at - 1 }), /earlier than the event before/],
    ['resume', ({ details }) => ({ details: { ...details, clocks: [] } }), /clock/],
  ];
  for (const [type, change, complaint] of forgeries) {
    const { code, says } = await verify(t, forged(lines, type, change, true));
    assert.equal(code, 3, `${type}: ${says}`);
    assert.match(says, complaint);
  }
});

test('an on-time figure that the events do not give is found', async (t) => {
  const { lines } = await aLedger(t);
  const end = lines.at(-1)!;
  assert.ok(end.kind === 'end');
  const better = { ...end, onTime: { due: 2, deferred: 0, onTime: 2, ratio: 1 } };
  const { code, says } = await verify(t, [...lines.slice(0, -1), better]);
  assert.equal(code, 3);
  assert.match(says, /on time: the events give 1 of 2 \(0 deferred\), the file states 2 of 2/);
});

test('a history rewritten as a whole agrees with itself, and is found by a root that was published', async (t) => {
  const { city, lines } = await aLedger(t);
  const rewritten = forged(lines, 'return', ({ details }) => ({ details: { ...details, reason: 'Ours.' } }), true);
  assert.equal((await verify(t, rewritten)).code, 0);
  const [root] = (await city.casework.dayRoots(10)).slice(-1);
  const anchor = `${root!.date}=${root!.root}`;
  const found = await verify(t, rewritten, '--root', anchor);
  assert.equal(found.code, 3);
  assert.match(found.says, /published root of 2026-03-01 is/);
  const held = await verify(t, lines, '--root', anchor);
  assert.equal(held.code, 0);
  assert.match(held.says, /1 anchored/);
});

test('an altered root is found', async (t) => {
  const { lines } = await aLedger(t);
  const at = lines.findIndex(({ kind }) => kind === 'root');
  const altered = lines.with(at, { ...lines[at]!, root: sha256('another') } as LedgerLine);
  const { code, says } = await verify(t, altered);
  assert.equal(code, 3);
  assert.match(says, /root of 2026-03-01: events 1–\d+ give/);
});

test('a part of the ledger is chained and judged as far as it goes', async (t) => {
  const { city } = await aLedger(t);
  const from = readMoment('2026-03-02', 'Asia/Shanghai', 'from', 0);
  const { code, says } = await verify(t, await exported(city, { from }));
  assert.equal(code, 0);
  assert.match(says, /0 cases.* 1 begun before this file and not judged/);
  const first = await exported(city, { to: from });
  assert.match((await verify(t, first)).says, /events of 2 cases/);
});

test('an empty city has an empty ledger, and it is true', async (t) => {
  const { code, says } = await verify(t, await exported(await smallCity(t)));
  assert.equal(code, 0);
  assert.match(says, /1 events of 0 cases.*\n.*\n.*\non time 0 of 0 due \(nothing was due\)/);
});

test('rules that change are adopted from then on; older deadlines are judged by the older rules', async (t) => {
  const city = await smallCity(t);
  const sent = await dispatchedBurst(city);
  const quick = { ...RULES, classes: [{ ...BURST, accept: { basis: 'calendar' as const, minutes: 3 } }, LAMP] };
  const after = city.another({ rules: quick });
  await after.start();
  await after.start();
  await after.onFinding({ change: 'raised', finding: aBurst({ key: 'burst-2', place: metresEast(5_000) }) });
  const fresh = (await after.listCases({ limit: 10 })).cases.find(({ id }) => id !== sent.id);
  assert.equal((await after.act(fresh!.id, 'confirm', {}, DISPATCHER)).clock?.dueAt, city.now() + 3 * 60_000);
  const lines = await exported(city);
  assert.equal(lines.filter(isEvent).filter(({ type }) => type === 'rules.adopted').length, 2);
  assert.equal((await verify(t, lines)).code, 0);
});

test('a day gets its root once it is over, never before, and nothing is written into it afterwards', async (t) => {
  const city = await smallCity(t);
  const midnight = Date.parse('2026-03-02T00:00:00+08:00');
  const sent = await dispatchedBurst(city);
  city.setTime(midnight - 1);
  await city.tick();
  assert.deepEqual(await city.casework.dayRoots(10), []);
  city.setTime(midnight);
  await city.tick();
  const roots = await city.casework.dayRoots(10);
  assert.deepEqual(
    roots.map(({ date, firstSequence }) => [date, firstSequence]),
    [['2026-03-01', 1]],
  );
  city.setTime(midnight - 60_000);
  await city.act(sent.id, 'note', { text: 'The clock was set back.' });
  assert.equal((await city.casework.events(0, 1_000)).at(-1)?.at, midnight);
});

test('the command line writes a file that the command line finds true', async (t) => {
  const city = await smallCity(t);
  await twoDays(city);
  const folder = await mkdtemp(join(tmpdir(), 'ledger-'));
  t.after(() => rm(folder, { recursive: true }));
  const [server] = await city.database.query<{ host: string; port: string; name: string }>(
    `SELECT current_setting('unix_socket_directories') AS host, current_setting('port') AS port, current_user AS name`,
  );
  const url = `postgresql://${server!.name}@/${city.database.name}?host=${encodeURIComponent(server!.host)}&port=${server!.port}`;
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const context = { stdout, stderr, env: { DATABASE_URL: url }, cwd: folder };
  assert.equal(await exporter.run(['--out', 'ledger.ndjson', '--from', '2026-03-01'], context), 0);
  assert.match(String(stderr.read()), /^\d+ events written to ledger.ndjson; last hash [0-9a-f]{64}\./);
  assert.equal(await verifier.run(['ledger.ndjson'], context), 0);
  assert.match(String(stdout.read()), /^OK small-city/);
  await assert.rejects(exporter.run([], context), { code: 'export.no_file', field: 'out' });
  await assert.rejects(exporter.run(['--out', 'x', '--from', '2026-02-30'], context), {
    code: 'export.not_a_day',
    field: 'from',
  });
});

test('what is no ledger is refused as such', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'ledger-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'picture.ndjson'), 'not json\n');
  const context = { stdout: new PassThrough(), stderr: new PassThrough(), env: {}, cwd: folder };
  await assert.rejects(verifier.run(['picture.ndjson'], context), { code: 'verify.not_json', field: 'line 1' });
  await assert.rejects(verifier.run(['nowhere.ndjson'], context), { code: 'verify.not_found' });
  await assert.rejects(verifier.run([], context), { code: 'verify.no_file' });
  await assert.rejects(verifier.run(['picture.ndjson', '--root', 'yesterday'], context), { code: 'verify.not_a_root' });
});
