/** Five choices; in elder mode the three that matter most, and the telephone. */
import { CalendarCheck, ListChecks, MapPin, Megaphone, Phone, Trees } from 'lucide-react';
import { useEffect, useState } from 'react';
import { go, useCabin } from './cabin.ts';
import { listKept } from './database.ts';
import { useWords } from './i18n.ts';
import { Choice, Failure, Page } from './parts.tsx';
import { loadCity } from './remote.ts';
import { startDraft } from './report/draft.ts';

const ICON = { size: 32, 'aria-hidden': true } as const;

export function Home() {
  const { t, say } = useWords();
  const city = useCabin((state) => state.city);
  const cityError = useCabin((state) => state.cityError);
  const isElder = useCabin((state) => state.isElder);
  const following = useFollowing();
  const phone = city?.hotlinePhone;
  return (
    <Page title={t('home.title')} lead={city ? t('home.lead', { city: say(city.name) }) : ' '}>
      {cityError && !city && <Failure error={cityError} retry={() => void loadCity()} />}
      <div className="choices">
        <Choice
          tall
          primary
          icon={<Megaphone {...ICON} />}
          title={t('home.report')}
          detail={t('home.reportDetail')}
          onPress={startReport}
        />
        <Choice tall icon={<CalendarCheck {...ICON} />} title={t('home.services')} onPress={() => go(['services'])} />
        <Choice
          tall
          icon={<ListChecks {...ICON} />}
          title={t('home.follow')}
          detail={following > 0 ? t('home.followCount', { count: following }) : undefined}
          onPress={() => go(['follow'])}
        />
        {!isElder && (
          <>
            <Choice tall icon={<MapPin {...ICON} />} title={t('home.near')} onPress={() => go(['near'])} />
            <Choice
              tall
              icon={<Trees {...ICON} />}
              title={t('home.neighbourhood')}
              onPress={() => go(['neighbourhood'])}
            />
          </>
        )}
      </div>
      {phone && (
        <p className="hotline">
          <Phone aria-hidden size={24} />
          <span>
            {t('home.danger')} <a href={`tel:${phone}`}>{phone}</a>
          </span>
        </p>
      )}
    </Page>
  );
}

function startReport(): void {
  startDraft();
  go(['report', 'photo']);
}

function useFollowing(): number {
  const isKiosk = useCabin((state) => state.kiosk !== undefined);
  const waiting = useCabin((state) => state.waiting);
  const [count, setCount] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was sent a moment ago is followed from now on
  useEffect(() => {
    if (!isKiosk) void listKept().then((kept) => setCount(kept.length));
  }, [isKiosk, waiting]);
  return count;
}
