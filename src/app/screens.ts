/** Serves the built screens: pages without caching, their fingerprinted files for a year. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import compress from '@fastify/compress';
import files from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { unavailable } from '#kernel/errors.ts';

const DIST = fileURLToPath(new URL('../../dist/web', import.meta.url));
/** One page per audience. */
const PAGES = ['ops', 'cabin', 'crew'] as const;
/** Those that can be installed and work without a network: each has a service worker for its own page. */
const APPS = ['cabin', 'crew'] as const;
const OPEN = { permission: 'public' } as const;

/** No script, style, picture or request from anywhere else; workers and images made in the page are the map's own. */
const CONTENT_SECURITY = [
  "default-src 'self'",
  "script-src 'self'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "frame-ancestors 'none'",
].join('; ');

export async function registerScreens(server: FastifyInstance, ready: Promise<unknown>): Promise<void> {
  await server.register(compress, { global: true, encodings: ['br', 'gzip'], threshold: 2_048 });
  await server.register(files, { root: join(DIST, 'assets'), serve: false });
  server.get<{ Params: { '*': string } }>(
    '/assets/*',
    { config: OPEN, schema: { hide: true } },
    async (request, reply) => {
      await ready;
      return reply.sendFile(request.params['*'], { immutable: true, maxAge: '365d' });
    },
  );
  const page = (name: string) => async () => {
    await ready;
    const path = join(DIST, name, 'index.html');
    if (!existsSync(path))
      throw unavailable(
        'screens.missing',
        'The screens are not built. Run npm run build:web and look at what it says.',
      );
    return readFile(path, 'utf8');
  };
  const serve = (url: string, name: string) => {
    const load = page(name);
    server.get(url, { config: OPEN, schema: { hide: true } }, async (_request, reply) =>
      reply
        .type('text/html; charset=utf-8')
        .header('cache-control', 'no-cache')
        .header('content-security-policy', CONTENT_SECURITY)
        .send(await load()),
    );
  };
  server.get('/', { config: OPEN, schema: { hide: true } }, (_request, reply) => reply.redirect('/ops'));
  for (const name of PAGES) {
    serve(`/${name}`, name);
    serve(`/${name}/*`, name);
  }
  for (const name of APPS) {
    server.get(`/${name}/sw.js`, { config: OPEN, schema: { hide: true } }, async (_request, reply) => {
      await ready;
      return reply
        .type('text/javascript; charset=utf-8')
        .header('cache-control', 'no-cache')
        .header('service-worker-allowed', `/${name}`)
        .send(await readFile(join(DIST, name, 'sw.js'), 'utf8'));
    });
  }
}
