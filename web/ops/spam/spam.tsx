import { ArrowLeft } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { HeldView } from '#adapters/console/held-api.types.ts';
import { Button } from '#web/kit/button.tsx';
import { Empty, Failure, SkeletonLines } from '#web/kit/states.tsx';
import { ApiError, call } from '../api.ts';
import { notifyError } from '../controller.ts';
import { useWords } from '../i18n.ts';
import '../people.css';
import './spam.css';
import { useNow, useOps } from '../store.ts';
import en from './strings.en.json';
import zh from './strings.zh.json';

type Key = keyof typeof zh;

function useSpamWords() {
  const words = useWords();
  const strings: Readonly<Record<string, string>> = words.language === 'zh' ? zh : en;
  return { ...words, s: (key: Key | `why.${string}`): string => strings[key] ?? key };
}

/** Reports held back as spam, oldest first: released into casework or discarded, each by a person. */
export default function Spam() {
  const { t, s } = useSpamWords();
  const isAllowed = useOps((state) => state.session?.permissions.includes('case.confirm'));
  return (
    <main className="people">
      <a href="/ops/" className="back">
        <ArrowLeft size={16} aria-hidden /> {t('people.back')}
      </a>
      <h1>{s('title')}</h1>
      {isAllowed ? <Held /> : <Empty title={t('failure.forbidden')}>{s('forbidden')}</Empty>}
    </main>
  );
}

function Held() {
  const { t, s, when } = useSpamWords();
  const now = useNow();
  const [held, setHeld] = useState<readonly HeldView[]>();
  const [error, setError] = useState<ApiError>();
  const load = (): void => {
    call<{ held: HeldView[] }>('GET', '/reports/held').then(
      (answer) => {
        setHeld(answer.held);
        setError(undefined);
      },
      (cause) => setError(cause instanceof ApiError ? cause : new ApiError(0, 'page.defect', String(cause), undefined)),
    );
  };
  useEffect(load, []);
  const judge = async (id: string, verdict: 'release' | 'discard'): Promise<void> => {
    await call('POST', `/reports/held/${encodeURIComponent(id)}`, { verdict }).catch(notifyError);
    load();
  };
  if (error) {
    const retry = { label: t('common.retry'), onPress: load };
    return <Failure title={t('failure.city')} message={error.message} code={error.code} retry={retry} />;
  }
  if (!held) return <SkeletonLines lines={6} label={t('common.loading')} />;
  if (held.length === 0) return <Empty title={s('empty')}>{s('intro')}</Empty>;
  return (
    <section>
      <p>{s('intro')}</p>
      <ul className="held-reports">
        {held.map(({ id, at, why, description, photos }) => (
          <li key={id}>
            <p className="held-why">
              {s('why')} {s(`why.${why}`)} · {when(at, now)}
            </p>
            <p className="held-words">{description}</p>
            {photos.map((key) => (
              <img key={key} src={`/api/v1/photos/${key}`} alt={s('photo')} />
            ))}
            <div className="held-verdict">
              <Button onPress={() => void judge(id, 'release')}>{s('release')}</Button>
              <Button onPress={() => void judge(id, 'discard')}>{s('discard')}</Button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
