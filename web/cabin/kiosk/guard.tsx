/** Watches for silence while somebody is at the kiosk, asks before it ends, and gives as much time as is wanted. */
import { useEffect, useRef, useState } from 'react';
import { useWords } from '../i18n.ts';
import { Action } from '../parts.tsx';
import { touched } from './health.ts';
import { ASK_AFTER_MS, leaveKiosk, WIPE_AFTER_MS } from './session.ts';

const SIGNS_OF_LIFE = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart', 'input', 'scroll'] as const;

export default function KioskGuard() {
  const { t } = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  const lastLife = useRef(Date.now());
  const [left, setLeft] = useState<number>();

  useEffect(() => {
    const live = () => {
      // Once it asks, only the answer counts: a sleeve on the glass is not somebody who reads.
      if (dialog.current?.open) return;
      lastLife.current = Date.now();
      touched();
    };
    for (const sign of SIGNS_OF_LIFE) window.addEventListener(sign, live, { passive: true, capture: true });
    const timer = setInterval(() => {
      const silent = Date.now() - lastLife.current;
      if (silent >= WIPE_AFTER_MS) {
        clearInterval(timer);
        void leaveKiosk();
      } else if (silent >= ASK_AFTER_MS) {
        setLeft(Math.ceil((WIPE_AFTER_MS - silent) / 1_000));
        if (!dialog.current?.open) dialog.current?.showModal();
      }
    }, 250);
    return () => {
      clearInterval(timer);
      for (const sign of SIGNS_OF_LIFE) window.removeEventListener(sign, live, { capture: true });
    };
  }, []);

  const stay = () => {
    lastLife.current = Date.now();
    dialog.current?.close();
    setLeft(undefined);
  };
  return (
    <dialog ref={dialog} className="guard" aria-labelledby="guard-title" onClose={stay}>
      <h2 id="guard-title">{t('guard.title')}</h2>
      <p>{t('guard.what')}</p>
      <p className="countdown" role="timer">
        {left}
      </p>
      <div className="actions">
        <Action look="primary" autoFocus onClick={stay}>
          {t('guard.stay')}
        </Action>
        <Action onClick={() => void leaveKiosk()}>{t('nav.leave')}</Action>
      </div>
    </dialog>
  );
}
