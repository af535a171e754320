/** The browser of the tests: the system's Chromium, installed from Debian's packages when that can be done without asking. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return [env['CITYLOOM_CHROMIUM'], ...PLACES].find((path) => path !== undefined && existsSync(path));
}

/** Finds or installs the browser. Throws with what to install when neither is possible: a missing browser is never a skipped test. */
export function needChromium(): string {
  const found = findChromium();
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    process.stderr.write('Installing Chromium and a Chinese font for the browser tests …\n');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync('apt-get', ['update', '-q'], { stdio: ['ignore', 'ignore', 'inherit'], env });
    spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium', 'fonts-noto-cjk'], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env,
    });
    const installed = findChromium();
    if (installed !== undefined) return installed;
  }
  throw new Error(
    'The browser tests need Chromium. Debian, Ubuntu: apt-get install chromium fonts-noto-cjk. Elsewhere: install Chromium or Chrome and name it in CITYLOOM_CHROMIUM.',
  );
}
