/** A kiosk that nobody stands at shows the time and how the neighbourhood is, in calm sentences. A touch begins. */
import { Hand, Wrench } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { NeighbourhoodView } from '#adapters/residents/api.types.ts';
import { formatCount, percentFigure } from '#web/kit/number.view.ts';
import { useCabin } from '../cabin.ts';
import { setLanguage, useWords } from '../i18n.ts';
import { Action } from '../parts.tsx';
import { getNeighbourhood, useRemote } from '../remote.ts';
import { sendNow } from '../sending.ts';
import { wakeKiosk } from './session.ts';
import type { KioskSettings } from './settings.ts';
import { Staff } from './staff.tsx';

export default function Attract({ kiosk }: { kiosk: KioskSettings }) {
  const { t, say, time, day, language } = useWords();
  const city = useCabin((state) => state.city);
  const [now, setNow] = useState(() => Date.now());
  const [isStaff, setStaff] = useState(false);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 5_000);
    const sending = setInterval(() => void sendNow().catch(() => undefined), 30_000);
    return () => {
      clearInterval(timer);
      clearInterval(sending);
    };
  }, []);
  useEffect(() => {
    document.title = city ? say(city.name) : 'Cityloom';
  }, [city, say]);
  if (isStaff) return <Staff kiosk={kiosk} onClose={() => setStaff(false)} />;
  return (
    <div className="attract">
      <header>
        <p className="attract-city">{city ? say(city.name) : 'Cityloom'}</p>
        <p className="attract-place">{say(kiosk.name)}</p>
      </header>
      <p className="attract-clock">
        <time>{time(now)}</time>
        <span>{day(now)}</span>
      </p>
      <h1>{t('attract.title')}</h1>
      <Sentences community={kiosk.community?.id} />
      <div className="attract-begin">
        <button type="button" className="begin" onClick={wakeKiosk}>
          <Hand aria-hidden size={44} />
          {t('attract.begin')}
        </button>
        <button
          type="button"
          className="begin other"
          lang={language === 'zh' ? 'en' : 'zh'}
          onClick={() => {
            setLanguage(language === 'zh' ? 'en' : 'zh');
            wakeKiosk();
          }}
        >
          {language === 'zh' ? 'Touch here for English' : '点此用中文'}
        </button>
      </div>
      <footer>
        <p className="hint">{t('attract.promise')}</p>
        <Action look="plain" onClick={() => setStaff(true)}>
          <Wrench aria-hidden size={24} />
          {t('staff.title')}
        </Action>
      </footer>
    </div>
  );
}

function Sentences({ community }: { community: string | undefined }) {
  const { t, say } = useWords();
  const { value } = useRemote(`attract ${community}`, () =>
    community ? getNeighbourhood(community) : Promise.reject(new Error('no community')),
  );
  const phone = useCabin((state) => state.city?.hotlinePhone);
  const sentences = [
    ...(value ? facts(value, say(value.name)) : []),
    { key: 'attract.always', values: {} },
    ...(phone ? [{ key: 'attract.phone', values: { phone } }] : []),
  ];
  return (
    <ul className="attract-sentences">
      {sentences.map(({ key, values }) => (
        <li key={key}>{t(key, values)}</li>
      ))}
    </ul>
  );

  function facts(view: NeighbourhoodView, name: string) {
    return [
      view.reported === undefined
        ? { key: 'attract.quiet', values: { name } }
        : {
            key: 'attract.reported',
            values: { name, reported: count(view.reported), closed: count(view.closed ?? 0) },
          },
      ...(view.closedOnTimeRatio === undefined
        ? []
        : [{ key: 'place.onTime', values: { percent: percentFigure(view.closedOnTimeRatio, lang()).value } }]),
      ...(view.workers[0] ? [{ key: 'attract.worker', values: { name: view.workers[0].name } }] : []),
    ];
  }
}

const lang = (): string => document.documentElement.lang;
const count = (value: number): string => formatCount(value, lang());
