import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '#web/kit/base.css';
import './cabin.css';
import './pages.css';
import { startTheme } from '#web/kit/theme.ts';
import { App } from './app.tsx';
import { cabin, firstLanguage } from './cabin.ts';
import { startWords } from './i18n.ts';
import { startKiosk } from './kiosk/session.ts';
import { loadCity } from './remote.ts';
import { openPlate } from './report/plate.ts';
import { startSending } from './sending.ts';

startTheme();
startWords(firstLanguage());
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
void loadCity();
void openPlate();
if (cabin.get().kiosk) startKiosk();
// The city was renewed while this page was open: what it would fetch now has another name. The new page knows it.
window.addEventListener('vite:preloadError', (event) => {
  if (!navigator.onLine) return;
  event.preventDefault();
  location.reload();
});
// What can wait does, so that the first choice is there sooner on a slow phone.
const later = window.requestIdleCallback ?? ((work: () => void) => setTimeout(work, 1_500));
window.addEventListener('load', () =>
  later(() => {
    startSending();
    if ('serviceWorker' in navigator && import.meta.env.PROD)
      void navigator.serviceWorker.register('/cabin/sw.js', { scope: '/cabin' });
  }),
);
