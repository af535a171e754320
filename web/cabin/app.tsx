/** Which page is shown. Everything behind the first choice is fetched when the frame stands, not before it. */
import { lazy, type ReactNode, Suspense, useEffect } from 'react';
import { useCabin } from './cabin.ts';
import { Home } from './home.tsx';
import { askedThing } from './kiosk/settings.ts';
import { Waiting } from './parts.tsx';
import type { Route } from './route.view.ts';
import { Shell } from './shell.tsx';

const Report = lazy(() => import('./report/report.tsx'));
const FollowPages = lazy(() => import('./follow/follow.tsx'));
const ServicePages = lazy(() => import('./services/services.tsx'));
const Near = lazy(() => import('./near.tsx'));
const Neighbourhood = lazy(() => import('./neighbourhood.tsx'));
const Setup = lazy(() => import('./kiosk/setup.tsx'));
const Attract = lazy(() => import('./kiosk/attract.tsx'));
const KioskGuard = lazy(() => import('./kiosk/guard.tsx'));

export function App() {
  const route = useCabin((state) => state.route);
  const kiosk = useCabin((state) => state.kiosk);
  const isAwake = useCabin((state) => state.isAwake);
  const isElder = useCabin((state) => state.isElder);
  useEffect(() => {
    document.documentElement.classList.toggle('elder', isElder);
    document.documentElement.classList.toggle('kiosk', kiosk !== undefined);
  }, [isElder, kiosk]);
  const asked = askedThing();
  if (asked !== undefined && kiosk?.thingId !== asked) return <Loading>{<Setup thing={asked} />}</Loading>;
  if (kiosk && !isAwake) return <Loading>{<Attract kiosk={kiosk} />}</Loading>;
  return (
    <Shell>
      <Suspense fallback={<Waiting />}>{pageOf(route)}</Suspense>
      {kiosk && (
        <Suspense fallback={null}>
          <KioskGuard />
        </Suspense>
      )}
    </Shell>
  );
}

const Loading = ({ children }: { children: ReactNode }) => (
  <main id="main" className="bare">
    <Suspense fallback={<Waiting />}>{children}</Suspense>
  </main>
);

function pageOf([page, ...rest]: Route): ReactNode {
  switch (page) {
    case 'report':
      return <Report step={rest[0] ?? 'photo'} />;
    case 'follow':
    case 'claim':
    case 'sent':
      return <FollowPages page={page} rest={rest} />;
    case 'services':
    case 'bookings':
      return <ServicePages page={page} rest={rest} />;
    case 'near':
      return <Near />;
    case 'neighbourhood':
      return <Neighbourhood community={rest[0]} />;
    default:
      return <Home />;
  }
}
