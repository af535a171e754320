import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, test } from 'node:test';
import { checkPackCommand } from '#app/cli/check-pack.ts';
import { CityError } from '#kernel/errors.ts';
import { checkPack, loadPack } from '#territory/pack/load-pack.ts';
import { copyOfTown, MOUNTAIN_CITY, spoiltTown, TEMPLATE_TOWN } from './broken-packs.ts';

const PRESSURE = 'classes.pressure-logger.indicators.pressure';

interface Spoilt {
  readonly what: string;
  readonly file: string;
  readonly from: string | RegExp;
  readonly to: string;
  readonly path: string;
  readonly reason: RegExp;
}
const spoilt = (
  what: string,
  file: string,
  from: string | RegExp,
  to: string,
  path: string,
  reason: RegExp,
): Spoilt => ({
  what,
  file,
  from,
  to,
  path,
  reason,
});

const SPOILT: readonly Spoilt[] = [
  spoilt(
    'an unknown key',
    'city.yaml',
    'fictional: true',
    'fictional: true\nfictonal: true',
    '$',
    /unknown key: fictonal/,
  ),
  spoilt('a missing key', 'city.yaml', /center: .*\n/, '', '$', /missing: center/),
  spoilt('a key twice', 'city.yaml', 'id: template', 'id: template\nid: other', '$', /unique/i),
  spoilt(
    'a default language that is not spoken',
    'city.yaml',
    'default_language: zh',
    'default_language: fr',
    'default_language',
    /not one of zh, en/,
  ),
  spoilt(
    'a calendar that does not exist',
    'city.yaml',
    'default_calendar: office',
    'default_calendar: lunar',
    'default_calendar',
    /unknown calendar lunar/,
  ),
  spoilt(
    'a domain file under another name',
    'domains/water.yaml',
    'id: water',
    'id: waters',
    'id',
    /must be the name of the file, water/,
  ),
  spoilt(
    'a grade that does not exist',
    'domains/water.yaml',
    'grade: red',
    'grade: purple',
    `${PRESSURE}.limits[0].grade`,
    /one of blue, yellow, orange, red/,
  ),
  spoilt(
    'a limit beyond the physical range',
    'domains/water.yaml',
    'below: 138',
    'below: -138',
    `${PRESSURE}.limits[0].below`,
    /outside the physical range -100…1600/,
  ),
  spoilt(
    'hysteresis on the wrong side',
    'domains/water.yaml',
    'clear_at: 180',
    'clear_at: 100',
    `${PRESSURE}.limits[0].clear_at`,
    /not be below the limit 138/,
  ),
  spoilt(
    'a ratio limit cleared by a value',
    'domains/water.yaml',
    'clear_at_ratio: 0.9',
    'clear_at: 400',
    `${PRESSURE}.limits[1].clear_at`,
    /use clear_at_ratio/,
  ),
  spoilt(
    'a limit with two thresholds',
    'domains/water.yaml',
    'below: 138',
    'below: 138, above: 900',
    `${PRESSURE}.limits[0]`,
    /exactly one of/,
  ),
  spoilt(
    'a limit that opens an unknown class',
    'domains/water.yaml',
    'opens: water.burst-main',
    'opens: water.burst',
    `${PRESSURE}.limits[0].opens`,
    /unknown case class water\.burst/,
  ),
  spoilt(
    'a range upside down',
    'domains/water.yaml',
    'range: [-100, 1600]',
    'range: [1600, -100]',
    `${PRESSURE}.range`,
    /1600 is not below -100/,
  ),
  spoilt(
    'normal outside the range',
    'domains/water.yaml',
    'normal: [310, 550]',
    'normal: [310, 1700]',
    `${PRESSURE}.normal`,
    /inside the physical range/,
  ),
  spoilt(
    'silent before late',
    'domains/water.yaml',
    'silent_after_intervals: 10',
    'silent_after_intervals: 3',
    `${PRESSURE}.silence.silent_after_intervals`,
    /more than late_after_intervals/,
  ),
  spoilt(
    'a case class nobody can handle',
    'case-classes.yaml',
    'handled_by: [waterworks]',
    'handled_by: [plumbers]',
    'case_classes[0].handled_by[0]',
    /no party has the role plumbers/,
  ),
  spoilt(
    'a case class twice',
    'case-classes.yaml',
    'code: water.low-pressure',
    'code: water.burst-main',
    'case_classes[1].code',
    /already at case_classes\[0\]/,
  ),
  spoilt(
    'a case class of another domain',
    'case-classes.yaml',
    'domain: water',
    'domain: wind',
    'case_classes[0].domain',
    /unknown domain wind/,
  ),
  spoilt(
    'a class that merges into nothing',
    'case-classes.yaml',
    'merges_into: [water.burst-main]',
    'merges_into: [water.flood]',
    'case_classes[1].merges_into[0]',
    /unknown case class water\.flood/,
  ),
  spoilt(
    'a plan that does not exist',
    'case-classes.yaml',
    'plan: burst-main',
    'plan: burst-tiny',
    'case_classes[0].plan',
    /unknown plan burst-tiny/,
  ),
  spoilt(
    'a plan without a lead',
    'plans.yaml',
    '        lead: true\n',
    '',
    'plans[0].orders',
    /exactly one lead order, has 0/,
  ),
  spoilt(
    'an order for an unknown role',
    'plans.yaml',
    'role: traffic-police',
    'role: sky-police',
    'plans[0].orders[1].role',
    /no party has the role sky-police/,
  ),
  spoilt(
    'overlapping hours',
    'calendars.yaml',
    '12:00, 13:30',
    '12:00, 11:30',
    'calendars[0].week.monday[1]',
    /overlaps/,
  ),
  spoilt(
    'a day worked and free at once',
    'calendars.yaml',
    "'2026-10-10'",
    "'2026-10-01'",
    'calendars[0].make_up_days.2026-10-01',
    /also a holiday/,
  ),
  spoilt(
    'an account with an unknown role',
    'accounts.yaml',
    'roles: [handler]',
    'roles: [spectator]',
    'accounts[1].roles[0]',
    /unknown role spectator/,
  ),
  spoilt(
    'an account of no party',
    'accounts.yaml',
    'party: waterworks',
    'party: firm',
    'accounts[1].party',
    /unknown party firm/,
  ),
  spoilt(
    'a party in no known area',
    'parties.yaml',
    'areas: [community-1]',
    'areas: [community-9]',
    'parties[3].areas[0]',
    /unknown area community-9/,
  ),
  spoilt(
    'a cell of no community',
    'cells.geojson',
    '"parent":"community-1"',
    '"parent":"street-1"',
    'features[0].properties.parent',
    /not a known community/,
  ),
  spoilt(
    'a word where a number belongs',
    'cells.geojson',
    '"residents":200',
    '"residents":"many"',
    'features[0].properties.residents',
    /must be integer/,
  ),
  spoilt(
    'an asset of an unknown class',
    'assets/water.geojson',
    '"class":"main"',
    '"class":"mains"',
    'features[1].properties.class',
    /unknown class mains/,
  ),
  spoilt(
    'an asset of nobody',
    'assets/water.geojson',
    '"owner":"waterworks"',
    '"owner":"nobody"',
    'features[0].properties.owner',
    /unknown party nobody/,
  ),
  spoilt(
    'a point drawn as a line',
    'assets/water.geojson',
    '"class":"main"',
    '"class":"pressure-logger"',
    'features[1].geometry',
    /is a point/,
  ),
  spoilt(
    'an asset outside every cell',
    'assets/water.geojson',
    '[107.018,30.01]}',
    '[108.018,30.01]}',
    'features[4].geometry',
    /P-1 lies outside every cell/,
  ),
  spoilt('an asset twice', 'assets/water.geojson', '"id":"M-2"', '"id":"M-1"', 'features[2].id', /duplicate id M-1/),
  spoilt(
    'a main between unknown nodes',
    'assets/water.geojson',
    '"to":"n-3"',
    '"to":"n-9"',
    'features[2].properties.to',
    /unknown node n-9/,
  ),
  spoilt(
    'a normal of something it does not measure',
    'assets/water.geojson',
    '"pressure":[400',
    '"presure":[400',
    'features[4].properties.normal.presure',
    /no such indicator/,
  ),
  spoilt(
    'a node that stands for nothing',
    'networks/water.geojson',
    '"asset":"V-1"',
    '"asset":"V-9"',
    'features[1].properties.asset',
    /unknown asset V-9/,
  ),
];

describe('a pack with an error is told file, path and reason', () => {
  for (const { what, file, from, to, path, reason } of SPOILT) {
    test(what, async (t) => {
      const problems = await checkPack(await spoiltTown(t, file, from, to));

      const said = problems.map((problem) => `${problem.file}: ${problem.path}: ${problem.reason}`).join('\n');
      const found = problems.find((problem) => problem.file === file && problem.path === path);
      assert.ok(found, `${file}: ${path} is not among\n${said}`);
      assert.match(found.reason, reason);
    });
  }

  test('a file that is not there', async (t) => {
    const town = await copyOfTown(t);
    await rm(join(town, 'parties.yaml'));
    assert.deepEqual(await checkPack(town), [{ file: 'parties.yaml', path: '$', reason: 'file is missing' }]);
  });

  test('a file that cannot be read as YAML says at which line', async (t) => {
    const [problem] = await checkPack(await spoiltTown(t, 'city.yaml', 'name: {', 'name: [{'));
    assert.equal(problem?.file, 'city.yaml');
    assert.match(problem.reason, /line \d+/);
  });
});

test('a pack with errors is refused as a whole, and says all of them', async (t) => {
  const town = await spoiltTown(t, 'case-classes.yaml', /handled_by: \[waterworks\]/g, 'handled_by: [plumbers]');
  await assert.rejects(loadPack(town), (error) => {
    assert.ok(error instanceof CityError);
    assert.equal(error.code, 'pack.invalid');
    assert.match(
      error.message,
      /case-classes\.yaml: case_classes\[0\]\.handled_by\[0\]: no party has the role plumbers/,
    );
    const { problems } = error.details as { problems: unknown[] };
    assert.equal(problems.length, 2);
    return true;
  });
});

test('a calendar is read as minutes of the day per weekday, make-up days as the weekday they follow', async () => {
  const { calendars } = await loadPack(TEMPLATE_TOWN);
  assert.deepEqual(calendars[0]?.week['1'], [
    [510, 720],
    [810, 1080],
  ]);
  assert.deepEqual(calendars[0]?.week['6'], undefined);
  assert.deepEqual(calendars[0]?.makeUpDays, { '2026-10-10': 5 });
});

test('the network of a domain joins its nodes by the assets that name them', async () => {
  const { networks } = await loadPack(TEMPLATE_TOWN);
  const water = networks.get('water')!;
  assert.deepEqual([...water.links.keys()], ['M-1', 'M-2', 'M-3']);
  const main = water.links.get('M-2')!;
  assert.deepEqual([main.from, main.to, main.boreMm], ['n-2', 'n-3', 300]);
  assert.equal(water.nodes.get('n-2')?.assetId, 'V-1');
  assert.equal(water.nodes.get('n-3')?.properties?.base_demand_lps, 2.5);
});

describe('cityloom check-pack', () => {
  async function runWith(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const said = { out: '', err: '' };
    const stream = (key: 'out' | 'err') =>
      new Writable({
        write(chunk, _encoding, done) {
          said[key] += String(chunk);
          done();
        },
      });
    const context = { stdout: stream('out'), stderr: stream('err'), env: {}, cwd: process.cwd() };
    return { code: await checkPackCommand.run(args, context), ...said };
  }

  test('exits 0 for the mountain city', async () => {
    const { code, err } = await runWith(MOUNTAIN_CITY);
    assert.equal(err, '');
    assert.equal(code, 0);
  });

  test('exits 2 and prints file, path and reason on one line', async (t) => {
    const town = await spoiltTown(t, 'city.yaml', 'default_calendar: office', 'default_calendar: lunar');
    const { code, err } = await runWith(town);
    assert.equal(err, 'city.yaml: default_calendar: unknown calendar lunar\n');
    assert.equal(code, 2);
  });

  test('exits 2 without a directory', async () => {
    assert.equal((await runWith()).code, 2);
  });
});
