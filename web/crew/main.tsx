import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '#web/kit/base.css';
import './crew.css';
import { startTheme } from '#web/kit/theme.ts';
import { App } from './app.tsx';
import { start } from './controller.ts';
import { startWords } from './words.ts';

startTheme();
startWords();
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
void start();
if ('serviceWorker' in navigator && import.meta.env.PROD)
  void navigator.serviceWorker.register('/crew/sw.js', { scope: '/crew' });
