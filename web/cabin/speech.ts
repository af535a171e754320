/** Reading aloud by the browser, where it can. */
import { cabin } from './cabin.ts';

const TAGS = { zh: 'zh-CN', en: 'en-GB' } as const;
export const canSpeak = (): boolean => 'speechSynthesis' in window;

export function hush(): void {
  if (canSpeak()) speechSynthesis.cancel();
}

/** What stands on the page: its heading, what is said about it, and the choices. */
export function readPage(): void {
  if (!canSpeak()) return;
  hush();
  const main = document.querySelector('main');
  if (main === null) return;
  const parts = [...main.querySelectorAll<HTMLElement>('h1, h2, p, label, legend, .choice, .button, dt, dd, .row')]
    .filter((element) => element.offsetParent !== null && element.closest('[data-unspoken]') === null)
    .map((element) => element.innerText.trim())
    .filter((words, index, all) => words !== '' && words !== all[index - 1]);
  const utterance = new SpeechSynthesisUtterance(parts.join('. '));
  utterance.lang = TAGS[cabin.get().language];
  utterance.rate = 0.9;
  speechSynthesis.speak(utterance);
}
