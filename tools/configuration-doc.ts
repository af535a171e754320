/** Writes docs/operate/configuration.md from the table of settings; `--check` only compares. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { SETTINGS } from '../src/platform/config.ts';

const PATH = new URL('../docs/operate/configuration.md', import.meta.url);

const rows = Object.values(SETTINGS).map(
  ({ env, flag, fallback, about }) =>
    `| \`${env}\` | ${flag === undefined ? '' : `\`--${flag}\``} | ${fallback === undefined ? '' : `\`${fallback}\``} | ${about} |`,
);
const text = `<!-- Written from src/platform/config.ts by tools/configuration-doc.ts -->
# Configuration

A flag of \`cityloom up\` (also after \`npm start --\`) wins over the environment variable, which wins over the default.

| environment | flag | default | meaning |
| --- | --- | --- | --- |
${rows.join('\n')}
`;

const before = await readFile(PATH, 'utf8').catch(() => undefined);
if (process.argv.includes('--check')) {
  if (before !== text) {
    process.stderr.write(
      'docs/operate/configuration.md is not what the settings say; run node tools/configuration-doc.ts\n',
    );
    process.exitCode = 1;
  }
} else {
  await mkdir(new URL('.', PATH), { recursive: true });
  await writeFile(PATH, text);
}
