import { lazy, Suspense, useEffect } from 'react';
import { I18nProvider } from 'react-aria-components';
import { localeOf } from '#web/kit/number.view.ts';
import { Failure } from '#web/kit/states.tsx';
import { start } from './controller.ts';
import { Frame, FrameSkeleton } from './frame.tsx';
import { useWords } from './i18n.ts';
import { ChangePassword, SignIn } from './sign-in.tsx';
import { useOps } from './store.ts';
import { Toasts } from './toasts.tsx';

const Wall = lazy(() => import('./wall.tsx'));
const People = lazy(() => import('./people.tsx'));
const Equity = lazy(() => import('./equity.tsx'));
const Spam = lazy(() => import('./spam/spam.tsx'));
const Care = lazy(() => import('./care/care.tsx'));
const Bookings = lazy(() => import('./bookings/bookings.tsx'));
const HotlineDesk = lazy(() => import('./hotline/hotline.tsx'));

const isWall = new URLSearchParams(location.search).has('wall');
/** Pages of their own, by the last part of the address. */
const PAGES: Readonly<Record<string, typeof People>> = {
  people: People,
  equity: Equity,
  hotline: HotlineDesk,
  spam: Spam,
  care: Care,
  bookings: Bookings,
};
const Page = PAGES[location.pathname.replace(/\/$/, '').split('/').at(-1) ?? ''] ?? Frame;

export function App() {
  const { language, say, t } = useWords();
  const city = useOps((state) => state.city);
  useEffect(() => {
    document.title = city ? `${say(city.name)} · ${t('app.title')}` : `Cityloom · ${t('app.title')}`;
  });
  return (
    <I18nProvider locale={localeOf(language)}>
      <Screen />
      <Toasts />
    </I18nProvider>
  );
}

function Screen() {
  const phase = useOps((state) => state.phase);
  const failure = useOps((state) => state.failure);
  const { t } = useWords();
  if (phase === 'signed_out') return <SignIn />;
  if (phase === 'must_change_password') return <ChangePassword />;
  if (phase === 'failed') {
    const isForbidden = failure?.status === 403;
    return (
      <main className="full-page">
        <Failure
          title={t(isForbidden ? 'failure.forbidden' : 'failure.city')}
          message={t(isForbidden ? 'failure.forbiddenWhat' : 'failure.cityWhat')}
          code={failure?.code ?? ''}
          retry={{ label: t('common.retry'), onPress: () => void start() }}
        />
      </main>
    );
  }
  if (phase === 'starting') return <FrameSkeleton />;
  return <Suspense fallback={<FrameSkeleton />}>{isWall ? <Wall /> : <Page />}</Suspense>;
}
