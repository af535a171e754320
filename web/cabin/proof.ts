/** Solves a challenge in a worker; where there are none, here. */
import { solve } from './proof.view.ts';

export function solveBeside(challenge: string, bits: number): Promise<number> {
  if (typeof Worker === 'undefined') return Promise.resolve(solve(challenge, bits));
  return new Promise((done) => {
    const worker = new Worker(new URL('./proof-worker.ts', import.meta.url), { type: 'module' });
    const finish = (nonce: number) => {
      worker.terminate();
      done(nonce);
    };
    worker.onmessage = ({ data }: MessageEvent<number>) => finish(data);
    worker.onerror = () => finish(solve(challenge, bits));
    worker.postMessage({ challenge, bits });
  });
}
