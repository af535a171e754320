/** A booking: when, where, which number, how many before; changed, cancelled, rated. */
import { CalendarClock, CalendarX } from 'lucide-react';
import { type FormEvent, useEffect, useState } from 'react';
import type { BookingView, SlotView } from '#adapters/residents/api.types.ts';
import { type ApiError, cancelBooking, changeBooking, getBooking, rateBooking } from '../api.ts';
import { announce, go, goBack, useCabin } from '../cabin.ts';
import { findKept, keep } from '../database.ts';
import { SlipView, useBookingSlip } from '../follow/receipt.tsx';
import { useWords } from '../i18n.ts';
import { Action, Failure, Field, Notice, Page, Stars, Waiting } from '../parts.tsx';
import { listServices, useRemote } from '../remote.ts';
import { Slots } from './slots.tsx';

const AGAIN_MS = 15_000;

export function Booking({ code, change }: { code: string; change: boolean }) {
  const { value, error, reload, set } = useRemote(`booking ${code}`, () => getBooking(code));
  const isKiosk = useCabin((state) => state.kiosk !== undefined);
  useEffect(() => {
    const timer = setInterval(reload, AGAIN_MS);
    return () => clearInterval(timer);
  }, [reload]);
  useEffect(() => {
    if (value && !isKiosk) void findKept(value.code).then((kept) => kept && keep({ ...kept, booking: value }));
  }, [value, isKiosk]);
  if (!value) return <Page title={code}>{error ? <Failure error={error} retry={reload} /> : <Waiting />}</Page>;
  return change ? <Change booking={value} onChanged={set} /> : <Shown booking={value} onChanged={set} />;
}

type Props = { booking: BookingView; onChanged: (booking: BookingView) => void };

function Shown({ booking, onChanged }: Props) {
  const { t, say, day, time, when } = useWords();
  const slip = useBookingSlip(booking);
  const mayChange = booking.state === 'booked' && (booking.mayChangeUntil ?? 0) > Date.now();
  return (
    <Page title={say(booking.serviceName)}>
      <div className="promise">
        <p className="promise-state" data-state={booking.state}>
          {t(`booking.state.${booking.state}`)}
        </p>
        <p className="strong">
          {day(booking.slot.begin)} {time(booking.slot.begin)}
        </p>
        {booking.placeName && (
          <p>
            {say(booking.placeName)} {say(booking.address)}
          </p>
        )}
        {booking.worker && <p>{t('booking.worker', { name: booking.worker })}</p>}
        {booking.state === 'booked' && (
          <p className="queue-number">
            <span className="hint">{t('booking.number')}</span> {booking.queueNumber}
            <span className="hint">{t('booking.before', { count: booking.before })}</span>
          </p>
        )}
      </div>
      {booking.state === 'done' && <RateBooking booking={booking} onChanged={onChanged} />}
      {mayChange && <MayChange booking={booking} onChanged={onChanged} />}
      <section>
        <h2>{t('follow.steps')}</h2>
        <ol className="steps">
          {booking.steps.map((step) => (
            <li key={`${step.at} ${step.kind}`}>
              <p>{say(step.sentence)}</p>
              <p className="hint">{when(step.at)}</p>
            </li>
          ))}
        </ol>
      </section>
      <SlipView slip={slip} />
    </Page>
  );
}

function MayChange({ booking, onChanged }: Props) {
  const { t } = useWords();
  const [isAsking, setAsking] = useState(false);
  const [error, setError] = useState<ApiError>();
  if (isAsking)
    return (
      <Notice tone="wrong">
        <p>{t('booking.cancelSure')}</p>
        {error && <Failure error={error} />}
        <div className="actions">
          <Action
            look="danger"
            onClick={() =>
              cancelBooking(booking.code).then((changed) => {
                announce(t('booking.state.cancelled'));
                onChanged(changed);
              }, setError)
            }
          >
            {t('booking.cancelNow')}
          </Action>
          <Action onClick={() => setAsking(false)}>{t('booking.keepIt')}</Action>
        </div>
      </Notice>
    );
  return (
    <div className="actions">
      <Action onClick={() => go(['bookings', booking.code, 'change'])}>
        <CalendarClock aria-hidden size={24} />
        {t('booking.change')}
      </Action>
      <Action onClick={() => setAsking(true)}>
        <CalendarX aria-hidden size={24} />
        {t('booking.cancel')}
      </Action>
    </div>
  );
}

function Change({ booking, onChanged }: Props) {
  const { t, say } = useWords();
  const { value } = useRemote('services', listServices);
  const service = value?.services.find(({ id }) => id === booking.service);
  const [slot, setSlot] = useState<SlotView>();
  const [problem, setProblem] = useState<string>();
  const [error, setError] = useState<ApiError>();
  const change = () => {
    if (!slot) return setProblem(t('slots.missing'));
    changeBooking(booking.code, slot.id).then((changed) => {
      onChanged(changed);
      announce(t('booking.changed'));
      goBack();
    }, setError);
  };
  return (
    <Page title={t('booking.changeTitle')} lead={say(booking.serviceName)}>
      {error && <Failure error={error} />}
      {service ? <Slots service={service} chosen={slot} error={problem} onChoose={setSlot} /> : <Waiting />}
      <div className="actions onward">
        <Action look="primary" onClick={change}>
          {t('booking.changeNow')}
        </Action>
      </div>
    </Page>
  );
}

function RateBooking({ booking, onChanged }: Props) {
  const { t } = useWords();
  const [satisfied, setSatisfied] = useState<number>();
  const [comment, setComment] = useState('');
  const [error, setError] = useState<ApiError>();
  if (booking.rating) return <Notice tone="good">{t('rating.given', { rating: booking.rating.satisfied })}</Notice>;
  function send(event: FormEvent): void {
    event.preventDefault();
    if (satisfied !== undefined)
      rateBooking(booking.code, satisfied, comment.trim() || undefined).then(onChanged, setError);
  }
  return (
    <form className="rate" onSubmit={send} noValidate>
      <h2>{t('booking.rate')}</h2>
      {error && <Failure error={error} />}
      <Stars legend={t('rating.satisfied')} value={satisfied} onChange={setSatisfied} />
      <Field label={t('rating.comment')}>
        {(ids) => (
          <textarea
            {...ids}
            className="input"
            rows={2}
            autoComplete="off"
            value={comment}
            onChange={(event) => setComment(event.target.value)}
          />
        )}
      </Field>
      <div className="actions">
        <Action look="primary" submit disabled={satisfied === undefined}>
          {t('rating.send')}
        </Action>
      </div>
    </form>
  );
}
