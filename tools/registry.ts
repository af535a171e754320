/** Writes src/domains/registry.ts from the folders of src/domains; `--check` only compares. */
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';

const ROOM = new URL('../src/domains/', import.meta.url);
const PATH = new URL('registry.ts', ROOM);

/** `shared-bikes` → `sharedBikes`: the object that the folder's index.ts exports. */
const exportOf = (folder: string): string => folder.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The text of the registry for these folders, laid out as the formatter would. */
export function registryOf(folders: readonly string[]): string {
  const sorted = [...folders].sort();
  const imports = [
    { from: './domain.types.ts', line: "import type { Domain } from './domain.types.ts';" },
    ...sorted.map((folder) => ({
      from: `./${folder}/index.ts`,
      line: `import { ${exportOf(folder)} } from './${folder}/index.ts';`,
    })),
  ].sort((a, b) => (a.from < b.from ? -1 : 1));
  const names = sorted.map(exportOf);
  const oneLine = `export const DOMAINS: readonly Domain[] = [${names.join(', ')}];`;
  const list = `export const DOMAINS: readonly Domain[] = [\n${names.map((name) => `  ${name},`).join('\n')}\n];`;
  return `/** Every domain of the city, one folder each. Written by tools/registry.ts. */
${imports.map((each) => each.line).join('\n')}

${oneLine.length <= 120 ? oneLine : list}
`;
}

async function listFolders(): Promise<string[]> {
  const entries = await readdir(ROOM, { withFileTypes: true, recursive: false });
  const folders = entries.filter((entry) => entry.isDirectory() && existsSync(new URL(`${entry.name}/index.ts`, ROOM)));
  return folders.map((entry) => entry.name);
}

/** Why the registry is not what the folders say; undefined when it is. */
export async function findDrift(): Promise<string | undefined> {
  const before = await readFile(PATH, 'utf8').catch(() => undefined);
  return before === registryOf(await listFolders())
    ? undefined
    : 'src/domains/registry.ts is not what the folders say; run node tools/registry.ts';
}

if (import.meta.main) {
  if (!process.argv.includes('--check')) await writeFile(PATH, registryOf(await listFolders()));
  const drift = await findDrift();
  if (drift !== undefined) {
    process.stderr.write(`${drift}\n`);
    process.exitCode = 1;
  }
}
