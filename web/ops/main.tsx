import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '#web/kit/base.css';
import '#web/kit/parts.css';
import './frame.css';
import './top-bar.css';
import './queue.css';
import './right-panel.css';
import './conductor.css';
import './map/map.css';
import './search.css';
import './case/dialogs.css';
import './sign-in.css';
import './narrow.css';
import { startTheme } from '#web/kit/theme.ts';
import { App } from './app.tsx';
import { start } from './controller.ts';
import { firstLanguage, startWords } from './i18n.ts';

startTheme();
startWords(firstLanguage());
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
void start();
