/** The frame around every page: the city's name, language and size on top, the way back always in the same place below. */
import { ArrowLeft, CloudOff, House, Languages, LogOut, Volume2, ZoomIn } from 'lucide-react';
import type { ReactNode } from 'react';
import { goBack, goHome, setElder, useCabin } from './cabin.ts';
import { setLanguage, useWords } from './i18n.ts';
import { leaveKiosk } from './kiosk/session.ts';
import { Action } from './parts.tsx';
import { canSpeak, hush, readPage } from './speech.ts';

export function Shell({ children }: { children: ReactNode }) {
  const isHome = useCabin((state) => state.route.length === 0);
  const isKiosk = useCabin((state) => state.kiosk !== undefined);
  const { t } = useWords();
  return (
    <>
      <a className="skip" href="#main">
        {t('action.skip')}
      </a>
      <TopBar />
      <main id="main">
        <NetworkLine />
        {children}
      </main>
      {(!isHome || isKiosk) && (
        <nav className="bottom" aria-label={t('nav.label')}>
          {!isHome && (
            <>
              <Action onClick={goBack}>
                <ArrowLeft aria-hidden size={24} />
                {t('nav.back')}
              </Action>
              <Action onClick={goHome}>
                <House aria-hidden size={24} />
                {t('nav.home')}
              </Action>
            </>
          )}
          {isKiosk && (
            <Action onClick={() => void leaveKiosk()}>
              <LogOut aria-hidden size={24} />
              {t('nav.leave')}
            </Action>
          )}
        </nav>
      )}
      <Announcer />
    </>
  );
}

function TopBar() {
  const { t, say, language } = useWords();
  const city = useCabin((state) => state.city);
  const isElder = useCabin((state) => state.isElder);
  return (
    <header className="top">
      <p className="brand">
        <Mark />
        <span>{city ? say(city.name) : 'Cityloom'}</span>
      </p>
      <div className="tools" data-unspoken>
        {canSpeak() && (
          <Action look="plain" aria-label={t('tool.read')} title={t('tool.read')} onClick={readPage}>
            <Volume2 aria-hidden size={24} />
          </Action>
        )}
        <Action
          look="plain"
          aria-pressed={isElder}
          aria-label={t('tool.elder')}
          title={t('tool.elder')}
          onClick={() => {
            hush();
            setElder(!isElder);
          }}
        >
          <ZoomIn aria-hidden size={24} />
          <span className="tool-word">{t('tool.elderShort')}</span>
        </Action>
        <Action
          look="plain"
          lang={language === 'zh' ? 'en' : 'zh'}
          onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}
        >
          <Languages aria-hidden size={24} />
          {language === 'zh' ? 'English' : '中文'}
        </Action>
      </div>
    </header>
  );
}

const Mark = () => (
  <svg className="brand-mark" viewBox="0 0 16 16" aria-hidden="true">
    <path d="M2 5h12M2 8h12M2 11h12M5 2v12M8 2v12M11 2v12" fill="none" stroke="currentColor" strokeWidth="1.4" />
  </svg>
);

/** Tells the truth about the network and about what has not left this device. */
function NetworkLine() {
  const { t } = useWords();
  const waiting = useCabin((state) => state.waiting);
  const isReachable = useCabin((state) => state.isReachable);
  const isKiosk = useCabin((state) => state.kiosk !== undefined);
  if (isReachable && waiting === 0) return null;
  return (
    <p className="network-line" role="status">
      <CloudOff aria-hidden size={24} />
      <span>
        {!isReachable && t('network.away')} {waiting > 0 && !isKiosk && t('network.waiting', { count: waiting })}
      </span>
    </p>
  );
}

function Announcer() {
  const said = useCabin((state) => state.said);
  return (
    <p className="visually-hidden" aria-live="polite" data-unspoken>
      {said}
    </p>
  );
}
