import { ArrowLeft, CalendarCheck } from 'lucide-react';
import { useState } from 'react';
import type { StaffBookingsView, StaffBookingView } from '#adapters/console/booking-api.types.ts';
import type { WorkerAction } from '#domains/resident-services/resident-services.types.ts';
import { Empty, Failure, SkeletonLines } from '#web/kit/states.tsx';
import { type AskedContact, RevealDialog } from '../case/reveal.tsx';
import { notify, notifyError } from '../controller.ts';
import '../people.css';
import { useOps } from '../store.ts';
import { usePolled } from '../use-polled.ts';
import './bookings.css';
import { daysFrom, type Queue, toQueues } from './bookings.view.ts';
import { actOnBooking, listBookings, revealBooker } from './bookings-api.ts';
import { MissedDialog } from './missed.tsx';
import { Row } from './row.tsx';
import { useBookingWords } from './words.ts';

const SHOWN_SECONDS = 60;

/** Who comes today, in whose turn, and what is the next thing to do for them. */
export default function Bookings() {
  const { t, b } = useBookingWords();
  const isAllowed = useOps((state) => state.session?.permissions.includes('city.read'));
  return (
    <main className="people bookings">
      <a href="/ops/" className="back">
        <ArrowLeft size={16} aria-hidden /> {t('people.back')}
      </a>
      <h1>{b('title')}</h1>
      {isAllowed ? <Days /> : <Empty title={t('failure.forbidden')}>{t('failure.forbiddenWhat')}</Empty>}
    </main>
  );
}

function Days() {
  const { t, b } = useBookingWords();
  const [today, setToday] = useState<string>();
  const [day, setDay] = useState<string>();
  const [place, setPlace] = useState('');
  const {
    value: view,
    error,
    again,
  } = usePolled(day ?? 'today', async () => {
    const answer = await listBookings(day);
    setToday(answer.today);
    return answer;
  });
  return (
    <>
      {today && (
        <DayChoice today={today} day={day ?? today} choose={(next) => setDay(next === today ? undefined : next)} />
      )}
      {error && !view && (
        <Failure
          title={b('failed')}
          message={error.code === 'network.lost' ? t('failure.network') : error.message}
          code={error.code}
          retry={{ label: t('common.retry'), onPress: again }}
        />
      )}
      {error && view && (
        <p className="field-error" role="alert">
          {b('stale')} <span className="hint">{error.code}</span>
        </p>
      )}
      {!view && !error && <SkeletonLines lines={8} label={t('common.loading')} />}
      {view && <Queues view={view} place={place} setPlace={setPlace} again={again} />}
    </>
  );
}

function DayChoice({ today, day, choose }: { today: string; day: string; choose: (day: string) => void }) {
  const { b, language } = useBookingWords();
  const name = (date: string): string =>
    date === today
      ? b('today')
      : new Intl.DateTimeFormat(language, { weekday: 'short', month: 'short', day: 'numeric', timeZone: 'UTC' }).format(
          Date.parse(`${date}T12:00:00Z`),
        );
  return (
    <fieldset className="days">
      <legend className="visually-hidden">{b('day')}</legend>
      {daysFrom(today).map((date) => (
        <label key={date} data-chosen={date === day || undefined}>
          <input
            type="radio"
            className="visually-hidden"
            name="booking-day"
            checked={date === day}
            onChange={() => choose(date)}
          />
          {name(date)}
        </label>
      ))}
    </fieldset>
  );
}

interface QueuesProps {
  readonly view: StaffBookingsView;
  readonly place: string;
  readonly setPlace: (place: string) => void;
  readonly again: () => void;
}

/** The doors have no place of their own to choose by. */
const DOORS = 'doors';
const placeOf = ({ place }: Queue): string => place ?? DOORS;

function Queues({ view, place, setPlace, again }: QueuesProps) {
  const { b, say } = useBookingWords();
  const [asked, setAsked] = useState<AskedContact>();
  const [missed, setMissed] = useState<StaffBookingView>();
  const queues = toQueues(view.visits);
  const shown = queues.some((queue) => placeOf(queue) === place)
    ? queues.filter((queue) => placeOf(queue) === place)
    : queues;
  const name = (queue: Queue): string => (queue.place === undefined ? b('doors') : say(queue.name));
  const step = async (visit: StaffBookingView, action: WorkerAction, note?: string): Promise<void> => {
    try {
      await actOnBooking(visit.id, action, note);
      notify(b(`done.${action}`, { number: visit.queueNumber }), undefined);
      setMissed(undefined);
    } catch (cause) {
      notifyError(cause);
    }
    again();
  };
  const show = (visit: StaffBookingView): void =>
    setAsked({
      fields: visit.contactFields,
      purposes: ['visit'],
      look: async (_, fields) => ({ person: await revealBooker(visit.id, fields), shownSeconds: SHOWN_SECONDS }),
    });
  if (queues.length === 0)
    return (
      <section>
        <Empty icon={<CalendarCheck size={24} aria-hidden />} title={b(view.day === view.today ? 'empty' : 'emptyDay')}>
          {b('emptyWhat')}
        </Empty>
      </section>
    );
  return (
    <>
      {queues.length > 1 && (
        <div className="field where">
          <label htmlFor="booking-place">{b('place')}</label>
          <select className="input" id="booking-place" value={place} onChange={({ target }) => setPlace(target.value)}>
            <option value="">{b('allPlaces')}</option>
            {queues.map((queue) => (
              <option key={placeOf(queue)} value={placeOf(queue)}>
                {name(queue)}
              </option>
            ))}
          </select>
        </div>
      )}
      {shown.map((queue) => (
        <section key={placeOf(queue)} aria-label={name(queue)}>
          <header>
            <h2>{name(queue)}</h2>
            <p className="quiet">{b(queue.open.length > 0 ? 'waiting' : 'allDone', { count: queue.open.length })}</p>
          </header>
          <ol className="queue-rows">
            {[...queue.open, ...queue.over].map((visit) => (
              <Row
                key={visit.id}
                visit={visit}
                isToday={view.day === view.today}
                step={(action) => void step(visit, action)}
                miss={() => setMissed(visit)}
                show={() => show(visit)}
              />
            ))}
          </ol>
        </section>
      ))}
      <MissedDialog
        visit={missed}
        close={() => setMissed(undefined)}
        tell={(note) => missed && void step(missed, 'missed', note)}
      />
      <RevealDialog asked={asked} close={() => setAsked(undefined)} />
    </>
  );
}
