import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { serviceWorkers } from './service-workers.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const PAGES = ['ops', 'cabin', 'crew'];
/** Pages that can be installed and work without a network. */
const APPS = ['cabin', 'crew'];

/**
 * One page per audience. MapLibre and uPlot are chunks of their own, fetched beside the frame and not before it,
 * so that the first thing a person sees does not wait for a map engine. No code leaves the page: everything is self-hosted.
 */
export default defineConfig({
  root: here('.'),
  base: '/',
  plugins: [react(), serviceWorkers(here('.'), APPS)],
  resolve: { alias: [{ find: /^#web\/(.*)$/, replacement: here('./$1') }] },
  build: {
    outDir: here('../dist/web'),
    emptyOutDir: true,
    target: 'es2023',
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1_200,
    rolldownOptions: { input: Object.fromEntries(PAGES.map((name) => [name, here(`${name}/index.html`)])) },
  },
  server: { proxy: { '/api': 'http://localhost:8080' } },
});
