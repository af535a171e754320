/** Solves the riddle beside the page, so that nothing on it stutters. */
import { solve } from './proof.view.ts';

addEventListener('message', ({ data }: MessageEvent<{ challenge: string; bits: number }>) =>
  postMessage(solve(data.challenge, data.bits)),
);
