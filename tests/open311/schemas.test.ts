/** What we answer, against the JSON Schemas that the makers of Open311 publish. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { ROOT } from '#tests/support/city.ts';
import { reportingTown } from './reporting-town.ts';

const DATA = resolve(process.env['CITYLOOM_DATA'] ?? join(ROOT, '../shared/data'));
const FOLDER = join(DATA, 'schemas/open311/schema/georeport-v2');
const skip = existsSync(FOLDER) ? false : `the Open311 schemas are not in ${DATA}; set CITYLOOM_DATA`;

function validator() {
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  for (const name of ['service', 'services', 'service-definition', 'request', 'requests'])
    ajv.addSchema(JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')), `${name}.json`);
  return (name: string, value: unknown) => {
    ajv.validate(`${name}.json`, value);
    return ajv.errors ?? [];
  };
}

test('lists, definitions and requests, plain and extended, open, closed and at home, fit the published schemas', {
  skip,
}, async (t) => {
  const town = await reportingTown(t);
  const validate = validator();
  await town.bring(await town.reportLamp({ media_url: 'https://photos.example/1.jpg' }), 'closed');
  await town.reportLamp({ service_code: 'no-light-at-home' });
  await town.reportLamp({ service_code: 'survey', 'attribute[colour]': 'white', lat: '29.57' });
  for (const [path, schema] of [
    ['services.json', 'services'],
    ['services/survey.json', 'service-definition'],
    ['services/street-light.json', 'service-definition'],
    ['requests.json', 'requests'],
    ['requests.json?extensions=true', 'requests'],
  ] as const)
    assert.deepEqual(validate(schema, (await town.get(path)).body), [], path);
});

test('the check itself sees a number where an id must be text', { skip }, () => {
  const broken = [
    { service_request_id: 17, status: 'open', service_code: 'a', requested_datetime: '2026-03-01T06:00:00Z' },
  ];
  assert.notDeepEqual(validator()('requests', broken), []);
});
