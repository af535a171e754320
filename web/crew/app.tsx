/** The frame: the line that tells the truth about the network, one screen, and the way to the others under the thumb. */
import { Ellipsis, Flag, List, Map as MapIcon, Target } from 'lucide-react';
import { useState } from 'react';
import { ConflictsScreen } from './conflicts.tsx';
import { show } from './controller.ts';
import { ListScreen } from './list.tsx';
import { MapScreen } from './map.tsx';
import { MoreScreen } from './more.tsx';
import { NextScreen } from './next.tsx';
import { ReportScreen } from './report.tsx';
import { SignIn } from './sign-in.tsx';
import { type Screen, useCrew } from './state.ts';
import { useLanguage, word } from './words.ts';

const SCREENS: Readonly<Record<Screen, () => React.ReactNode>> = {
  next: NextScreen,
  list: ListScreen,
  map: MapScreen,
  report: ReportScreen,
  more: MoreScreen,
  conflicts: ConflictsScreen,
};
const TABS = [
  { screen: 'next', icon: Target, words: 'nav.next' },
  { screen: 'list', icon: List, words: 'nav.list' },
  { screen: 'map', icon: MapIcon, words: 'nav.map' },
  { screen: 'report', icon: Flag, words: 'nav.report' },
  { screen: 'more', icon: Ellipsis, words: 'nav.more' },
] as const;

export function App() {
  useLanguage();
  const phase = useCrew((state) => state.phase);
  const screen = useCrew((state) => state.screen);
  const mustSignIn = useCrew((state) => state.mustSignIn);
  const [isSigningIn, setSigningIn] = useState(false);
  if (phase === 'opening') return <p className="visually-hidden">{word('app.name')}</p>;
  if (phase === 'signed-out' || (mustSignIn && isSigningIn)) return <SignIn />;
  const Shown = SCREENS[screen];
  return (
    <div className="frame">
      <TruthLine onSignIn={() => setSigningIn(true)} />
      <main key={screen} data-screen={screen}>
        <Shown />
      </main>
      <nav aria-label={word('nav.label')}>
        {TABS.map(({ screen: to, icon: Icon, words }) => (
          <button key={to} type="button" aria-current={screen === to ? 'page' : undefined} onClick={() => show(to)}>
            <Icon size={24} aria-hidden="true" />
            {word(words)}
          </button>
        ))}
      </nav>
    </div>
  );
}

function TruthLine({ onSignIn }: { onSignIn: () => void }) {
  const { network, isSending, mustSignIn, day, ...state } = useCrew((whole) => whole);
  const [count, failed] = [state.waiting.length, state.failed.length];
  // What went wrong is more urgent to hear than what was kept.
  const told = failed > 0 ? undefined : state.told;
  const tone = failed > 0 || mustSignIn ? 'act' : network === 'lost' || count > 0 ? 'wait' : 'calm';
  return (
    <header className="truth" data-tone={tone}>
      <p role="status">
        {told ?? truth({ count, isSending, isLost: network === 'lost', isLoading: day === undefined })}
        {told !== undefined && count > 0 && <span> {word('line.waiting', { count })}</span>}
      </p>
      {mustSignIn && (
        <button type="button" onClick={onSignIn}>
          {word('line.signIn')}
        </button>
      )}
      {failed > 0 && (
        <button type="button" onClick={() => show('conflicts')}>
          {word('line.conflicts', { count: failed })}
        </button>
      )}
    </header>
  );
}

function truth(line: { count: number; isSending: boolean; isLost: boolean; isLoading: boolean }): string {
  const { count } = line;
  if (line.isLost) return count > 0 ? word('line.waiting', { count }) : word('line.offline');
  if (count > 0) return word(line.isSending ? 'line.sending' : 'line.waiting', { count });
  return word(line.isLoading ? 'line.loading' : 'line.sent');
}
