import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { deflateRawSync, gzipSync } from 'node:zlib';
import type { CityIntake } from '#adapters/csv/city-intake.ts';
import { type ImportOptions, importFile } from '#adapters/csv/import-file.ts';
import { parseMapping } from '#adapters/csv/mapping.ts';
import type { Reading, Target } from '#adapters/csv/translate.ts';
import { toIso } from '#kernel/time.ts';

const NOW = Date.parse('2026-11-23T00:00:00Z');

/** A city at the far side of the public door: it keeps what it is given. */
function listeningCity(unit = 'L/s', range?: readonly [number, number]) {
  const heard: Reading[] = [];
  const target = (datastreamId: number): Target => ({ datastreamId, unit, range });
  const intake: CityIntake = {
    findById: async (id) => target(id),
    findByAsset: async () => undefined,
    create: async (_wanted, itsUnit) => ({ ...target(100), unit: itsUnit }),
    deliver: async (readings) => {
      heard.push(...readings);
      return { accepted: readings.length, duplicates: 0, refused: [] };
    },
  };
  return {
    intake,
    heard,
    values: () => heard.map(({ value }) => value),
    times: () => heard.map(({ at }) => toIso(at)),
  };
}

async function importing(
  t: TestContext,
  content: string | Buffer,
  mapping: string,
  city = listeningCity(),
  more: Partial<ImportOptions> = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'import-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'recording');
  await writeFile(path, content);
  const options = {
    path,
    mapping: parseMapping(mapping),
    intake: city.intake,
    now: () => NOW,
    batch: 1_000,
    maxErrors: Number.POSITIVE_INFINITY,
    ...more,
  };
  return { ...city, summary: await importFile(options) };
}

const FLOW = `
time: { columns: [time], zone: UTC }
columns: [{ column: flow, datastream: { id: 7 } }]
`;

test('a plain recording becomes observations of its datastream', async (t) => {
  const { summary, heard } = await importing(t, 'time,flow\n2026-03-01T08:00:00Z,1.5\n2026-03-01T08:05:00Z,2\n', FLOW);
  assert.deepEqual(
    heard.map(({ datastreamId, value, line }) => [datastreamId, value, line]),
    [
      [7, 1.5, 2],
      [7, 2, 3],
    ],
  );
  assert.deepEqual(
    [summary.rows, summary.accepted, summary.stored, summary.duplicates, summary.rejectedTotal],
    [2, 2, 2, 0, 0],
  );
});

test('a SCADA export in a continental hand is understood: semicolons, decimal commas, local time, cubic metres an hour', async (t) => {
  const mapping = `
file: { separator: ';', decimal: ',' }
time: { columns: [Timestamp], format: 'yyyy-MM-dd HH:mm:ss', zone: '+02:00' }
columns: [{ column: p227, unit: m3/h, datastream: { id: 1 } }]`;
  const { values, times } = await importing(
    t,
    'Timestamp;p227\r\n2019-01-01 00:00:00;36,0\r\n2019-01-01 00:05:00;7,2\r\n',
    mapping,
  );
  assert.deepEqual(values(), [10, 2]);
  assert.deepEqual(times(), ['2018-12-31T22:00:00.000Z', '2018-12-31T22:05:00.000Z']);
});

test('date and time may stand in two columns, and a number may mean that there is none', async (t) => {
  const mapping = `
file: { separator: ';', decimal: ',' }
time: { columns: [Date, Time], format: 'dd/MM/yyyy HH.mm.ss', zone: Europe/Rome }
missing: ['-200', 'n/a']
columns: [{ column: CO, unit: mg/m3, create: { assetId: AIR-1, name: Roadside, place: [8, 45], indicator: co, unit: ug/m3 } }]`;
  const rows = [
    'Date;Time;CO;;',
    '10/03/2004;18.00.00;2,6;;',
    '10/03/2004;19.00.00;-200;;',
    '10/03/2004;20.00.00;-200,0;;',
    '10/03/2004;21.00.00;n/a;;',
    '10/03/2004;22.00.00;;;',
    ';;;;',
    ';;,,;',
  ];
  const { summary, values, times } = await importing(t, rows.join('\n'), mapping);
  assert.deepEqual(values(), [2_600]);
  assert.deepEqual(times(), ['2004-03-10T17:00:00.000Z']);
  assert.deepEqual([summary.rows, summary.missing, summary.rejectedTotal], [7, 4, 0]);
});

test('lines before the table, comments, quotes and a byte-order mark do not disturb', async (t) => {
  const mapping = `
file: { skipLines: 2, comment: '#' }
time: { columns: [time], zone: UTC }
columns: [{ column: 'flow, total', datastream: { id: 7 } }]`;
  const content =
    '\uFEFFStation "North\nexported yesterday\ntime,"note","flow, total"\n# pump off\n2026-03-01T08:00:00Z,"he said ""stop""\nand left",1\n2026-03-01T08:01:00Z,,2';
  const { summary, values, heard } = await importing(t, content, mapping);
  assert.deepEqual(values(), [1, 2]);
  assert.deepEqual(
    heard.map(({ line }) => line),
    [5, 7],
  );
  assert.equal(summary.rejectedTotal, 0);
});

test('thousands may be grouped, columns may have no names, and tabs may separate', async (t) => {
  const mapping = `
file: { separator: "\\t", decimal: ',', grouping: '.', header: false }
time: { columns: [1], format: epoch-seconds }
columns: [{ column: 3, datastream: { id: 7 } }]`;
  const { values, times } = await importing(t, '1772352000\tx\t1.234,5\n', mapping);
  assert.deepEqual(values(), [1_234.5]);
  assert.deepEqual(times(), ['2026-03-01T08:00:00.000Z']);
});

test('a bad row is counted with its reason and line, and never stops the rest', async (t) => {
  const content = [
    'time,flow',
    'yesterday,1',
    '2026-02-30T08:00:00Z,1',
    '2026-03-01T08:00:00Z,abc',
    '2026-03-01T08:01:00Z,1e3',
    '2026-03-01T08:02:00Z,501',
    '2026-03-01T08:03:00Z',
    '2099-01-01T00:00:00Z,1',
    '2026-03-01T08:04:00Z,500',
  ];
  const { summary, values } = await importing(t, content.join('\n'), FLOW, listeningCity('L/s', [0, 500]));
  assert.deepEqual(values(), [500]);
  assert.deepEqual(
    Object.entries(summary.rejected).map(([reason, { count, examples }]) => [reason, count, examples[0]?.line]),
    [
      ['time.unreadable', 2, 2],
      ['value.not_a_number', 1, 4],
      ['observation.out_of_range', 2, 5],
      ['row.too_short', 1, 7],
      ['time.in_future', 1, 8],
    ],
  );
  await assert.rejects(importing(t, content.join('\n'), FLOW, listeningCity('L/s', [0, 500]), { maxErrors: 6 }), {
    code: 'import.too_many_errors',
  });
  await assert.doesNotReject(importing(t, content.join('\n'), FLOW, listeningCity('L/s', [0, 500]), { maxErrors: 7 }));
});

const ROME = (more: string) => `
time: { columns: [time], zone: Europe/Rome${more} }
columns: [{ column: flow, datastream: { id: 7 } }]`;

test('the hour that the clock shows twice is read in the order of the recording', async (t) => {
  const rows = ['01:30', '02:00', '02:30', '02:00', '02:30', '03:00'].map(
    (time, index) => `2025-10-26 ${time},${index}`,
  );
  const { summary, times } = await importing(t, ['time,flow', ...rows].join('\n'), ROME(''));
  assert.deepEqual(
    times().map((time) => time.slice(11, 16)),
    ['23:30', '00:00', '00:30', '01:00', '01:30', '02:00'],
  );
  assert.equal(summary.timesTwice, 4);
});

test('the mapping may decide about the hour that the clock shows twice', async (t) => {
  const content = 'time,flow\n2025-10-26 02:30,1\n';
  assert.deepEqual((await importing(t, content, ROME(', ambiguous: earlier'))).times(), ['2025-10-26T00:30:00.000Z']);
  assert.deepEqual((await importing(t, content, ROME(', ambiguous: later'))).times(), ['2025-10-26T01:30:00.000Z']);
  assert.equal(
    (await importing(t, content, ROME(', ambiguous: reject'))).summary.rejected['time.happened_twice']?.count,
    1,
  );
});

test('a time that the clock never showed is refused, or moved on when the mapping says so', async (t) => {
  const content = 'time,flow\n2025-03-30 01:59,1\n2025-03-30 02:30,2\n2025-03-30 03:00,3\n';
  const strict = await importing(t, content, ROME(''));
  assert.deepEqual(strict.values(), [1, 3]);
  assert.equal(strict.summary.rejected['time.does_not_exist']?.count, 1);
  const shifting = await importing(t, content, ROME(', missing: shift'));
  assert.deepEqual(shifting.times(), [
    '2025-03-30T00:59:00.000Z',
    '2025-03-30T01:30:00.000Z',
    '2025-03-30T01:00:00.000Z',
  ]);
  assert.deepEqual([shifting.summary.timesNever, shifting.summary.rejectedTotal], [1, 0]);
});

const TABLE = 'time,flow\n2026-03-01T08:00:00Z,1\n2026-03-01T08:05:00Z,2\n';

test('the recording may come gzipped, zipped, in a tar, or in a gzipped tar, whatever it is called', async (t) => {
  for (const packed of [
    gzipSync(TABLE),
    zipOf('data/flow.csv', TABLE),
    tarOf('flow.csv', TABLE),
    gzipSync(tarOf('flow.csv', TABLE)),
  ])
    assert.deepEqual((await importing(t, packed, FLOW)).values(), [1, 2]);
});

test('of an archive the member named by the mapping is read; when there is none, it says what there is', async (t) => {
  const archive = Buffer.concat([tarOf('a/notes.txt', 'nothing here').subarray(0, 1_024), tarOf('a/flow.csv', TABLE)]);
  assert.deepEqual((await importing(t, archive, `file: { member: '*.csv' }${FLOW}`)).values(), [1, 2]);
  await assert.rejects(importing(t, archive, `file: { member: '*.xlsx' }${FLOW}`), {
    code: 'file.no_member',
    message: /a\/notes\.txt, a\/flow\.csv/,
  });
});

test('a recording much larger than a chunk comes through whole and in order', async (t) => {
  const rows = Array.from({ length: 60_000 }, (_, index) => `${1_772_352_000 + index},${index}`);
  const mapping =
    'time: { columns: [time], format: epoch-seconds }\ncolumns: [{ column: flow, datastream: { id: 7 } }]';
  const { summary, values } = await importing(t, gzipSync(`time,flow\n${rows.join('\n')}`), mapping);
  assert.equal(summary.accepted, 60_000);
  assert.deepEqual(
    values(),
    Array.from({ length: 60_000 }, (_, index) => index),
  );
});

test('a mapping that is wrong says where', () => {
  const wrong = (text: string, field: string | undefined, code = 'mapping.invalid') =>
    assert.throws(() => parseMapping(text), { code, field }, text);
  wrong('columns: []', 'time');
  wrong('time: { columns: [a], colour: red }\ncolumns: [{ column: b, datastream: { id: 1 } }]', 'time.colour');
  wrong('time: { columns: [a] }\ncolumns: [{ column: b }]', 'columns[0]');
  wrong('time: { columns: [a] }\ncolumns: [{ column: b, datastream: { assetId: X } }]', 'columns[0].datastream');
  wrong('time: { columns: [a] }\ncolumns: [{ column: b, datastream: { id: one } }]', 'columns[0].datastream.id');
  wrong(
    'time: { columns: [a], zone: Mars/Olympus }\ncolumns: [{ column: b, datastream: { id: 1 } }]',
    'time.zone',
    'time.unknown_zone',
  );
  wrong(
    'time: { columns: [a], format: "HH:mm" }\ncolumns: [{ column: b, datastream: { id: 1 } }]',
    'time.format',
    'mapping.time_format',
  );
  wrong(
    'time: { columns: [a] }\ncolumns: [{ column: b, unit: degF, datastream: { id: 1 } }]',
    'columns[0].unit',
    'unit.unknown',
  );
  wrong('time: { columns: [a] }\n columns: {', 'line 2', 'mapping.not_yaml');
});

test('a column that is not in the file, or does not measure what the datastream does, stops before the first row', async (t) => {
  const named = FLOW.replace('column: flow', 'column: flux');
  await assert.rejects(importing(t, TABLE, named), {
    code: 'mapping.no_such_column',
    field: 'columns[0].column',
    message: /time, flow/,
  });
  const pressed = FLOW.replace('column: flow', 'column: flow, unit: kPa');
  await assert.rejects(importing(t, TABLE, pressed), { code: 'unit.not_comparable', field: 'columns[0].unit' });
});

function zipOf(name: string, content: string): Buffer {
  const packed = deflateRawSync(content);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt16LE(name.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(8, 10);
  entry.writeUInt32LE(packed.length, 20);
  entry.writeUInt32LE(content.length, 24);
  entry.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(46 + name.length, 12);
  end.writeUInt32LE(30 + name.length + packed.length, 16);
  return Buffer.concat([local, Buffer.from(name), packed, entry, Buffer.from(name), end]);
}

function tarOf(name: string, content: string): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('0', 156);
  header.write('ustar', 257);
  const body = Buffer.alloc(Math.ceil(content.length / 512) * 512);
  body.write(content);
  return Buffer.concat([header, body, Buffer.alloc(1_024)]);
}
