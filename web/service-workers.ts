/**
 * Builds the service worker of every page that works without a network: `<page>/sw.ts` becomes `<page>/sw.js`, one classic script,
 * with `__PRECACHE__` = the page itself and every script and style it needs, so that the page opens in a tunnel.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { build, type Plugin, type Rolldown } from 'vite';

export interface Precached {
  readonly url: string;
  /** Null: the name already changes with the content. */
  readonly revision: string | null;
}

export function serviceWorkers(root: string, pages: readonly string[]): Plugin {
  const lists = new Map<string, Precached[]>();
  let outDir = '';
  return {
    name: 'cityloom-service-workers',
    apply: 'build',
    configResolved(config) {
      outDir = config.build.outDir;
    },
    writeBundle(_options, bundle) {
      for (const page of pages) lists.set(page, precachedBy(page, bundle));
    },
    async closeBundle() {
      await Promise.all([...lists].map(([page, precached]) => buildWorker(root, page, join(outDir, page), precached)));
    },
  };
}

function precachedBy(page: string, bundle: Rolldown.OutputBundle): Precached[] {
  const html = bundle[`${page}/index.html`];
  const source = html?.type === 'asset' ? html.source : '';
  const files = new Set<string>();
  const visit = (name: string) => {
    const output = bundle[name];
    if (files.has(name) || output === undefined) return;
    files.add(name);
    if (output.type !== 'chunk') return;
    for (const each of [...output.imports, ...output.dynamicImports]) visit(each);
    for (const each of output.viteMetadata?.importedCss ?? []) visit(each);
    for (const each of output.viteMetadata?.importedAssets ?? []) visit(each);
  };
  for (const output of Object.values(bundle)) {
    if (output.type === 'chunk' && output.isEntry && output.facadeModuleId?.endsWith(`/${page}/index.html`))
      visit(output.fileName);
  }
  const revision = createHash('sha256').update(source).digest('hex').slice(0, 16);
  return [{ url: `/${page}`, revision }, ...[...files].sort().map((file) => ({ url: `/${file}`, revision: null }))];
}

const buildWorker = (root: string, page: string, outDir: string, precached: readonly Precached[]) =>
  build({
    configFile: false,
    logLevel: 'warn',
    root,
    define: { __PRECACHE__: JSON.stringify(precached), 'process.env.NODE_ENV': '"production"' },
    build: {
      outDir,
      emptyOutDir: false,
      copyPublicDir: false,
      lib: { entry: join(root, page, 'sw.ts'), formats: ['iife'], name: 'serviceWorker', fileName: () => 'sw.js' },
    },
  });
