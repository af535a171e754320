/** Writes the JSON Schemas of a pack's YAML and GeoJSON from the code, for editors: `--check` compares and exits 1 when one differs. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PACK_SECTIONS } from '#app/pack-sections.ts';
import { geoSchemas } from '#territory/pack/geo-schema.ts';
import { yamlSchemas } from '#territory/pack/schema.ts';

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'packs', 'schemas');

function makeSchemas(): Map<string, string> {
  const named = [
    ...Object.entries(yamlSchemas),
    ...Object.entries(geoSchemas).map(([name, schema]) => [`${name}.geojson`, schema] as const),
    ...PACK_SECTIONS.map(({ file, schema }) => [file.replace(/\.yaml$/, '').replaceAll('/', '-'), schema] as const),
  ];
  return new Map(
    named.map(([name, schema]) => {
      const document = {
        $schema: 'http://json-schema.org/draft-07/schema#',
        title: `Cityloom pack: ${name}`,
        ...schema,
      };
      return [`${name}.json`, `${JSON.stringify(document, null, 2)}\n`];
    }),
  );
}

/** Schemas on disk that are not what the code says. */
export async function differences(): Promise<string[]> {
  const wrong: string[] = [];
  for (const [file, content] of makeSchemas()) {
    if ((await readFile(join(FOLDER, file), 'utf8').catch(() => undefined)) !== content) wrong.push(file);
  }
  return wrong;
}

async function main(): Promise<void> {
  if (process.argv.includes('--check')) {
    const wrong = await differences();
    for (const file of wrong) console.error(`packs/schemas/${file}: differs from the code`);
    process.exitCode = wrong.length > 0 ? 1 : 0;
    return;
  }
  await mkdir(FOLDER, { recursive: true });
  for (const [file, content] of makeSchemas()) await writeFile(join(FOLDER, file), content);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
