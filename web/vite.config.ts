import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * One page per audience; `/ops` is the first. MapLibre and uPlot are chunks of their own, fetched beside the frame and not before it,
 * so that the first thing a person sees does not wait for a map engine. No code leaves the page: everything is self-hosted.
 */
export default defineConfig({
  root: here('.'),
  base: '/',
  plugins: [react()],
  resolve: { alias: [{ find: /^#web\/(.*)$/, replacement: here('./$1') }] },
  build: {
    outDir: here('../dist/web'),
    emptyOutDir: true,
    target: 'es2023',
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1_200,
    rolldownOptions: { input: { ops: here('ops/index.html') } },
  },
  server: { proxy: { '/api': 'http://localhost:8080' } },
});
