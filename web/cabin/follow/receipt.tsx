/** What somebody holds in hand after telling the city: the code, large, and the way to follow it. */
import { Check, Printer } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { BookingView, Follow } from '#adapters/residents/api.types.ts';
import { announce, useCabin } from '../cabin.ts';
import { forget, keep } from '../database.ts';
import { useWords } from '../i18n.ts';
import { countReceipt } from '../kiosk/health.ts';
import { Action } from '../parts.tsx';
import { Paper } from './paper.tsx';
import { Qr } from './qr.tsx';

interface Slip {
  readonly title: string;
  /** Said large: the code; undefined on a slip that was written without a network. */
  readonly code: string | undefined;
  readonly link: string;
  readonly lines: readonly { readonly name: string; readonly value: string }[];
  readonly foot: string;
}

/** One slip, on the screen and on paper. */
export function SlipView({ slip, children }: { slip: Slip; children?: ReactNode }) {
  const { t, say } = useWords();
  const city = useCabin((state) => state.city);
  const body = (
    <>
      <p className="slip-city">{city ? say(city.name) : 'Cityloom'}</p>
      <p className="slip-title">{slip.title}</p>
      {slip.code && <p className="slip-code">{slip.code}</p>}
      <Qr text={slip.link} label={t('receipt.qr')} />
      <p className="slip-scan">{t('receipt.scan')}</p>
      <dl>
        {slip.lines.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="slip-foot">{slip.foot}</p>
    </>
  );
  return (
    <>
      <article className="slip" aria-label={slip.title} data-link={slip.link}>
        {body}
      </article>
      <div className="actions" data-unspoken>
        <Action
          look="primary"
          onClick={() => {
            countReceipt();
            window.print();
          }}
        >
          <Printer aria-hidden size={24} />
          {t('receipt.print')}
        </Action>
        {children}
      </div>
      <Paper>{body}</Paper>
    </>
  );
}

const absolute = (path: string): string => `${location.origin}${path}`;

export function useReportSlip(follow: Follow): Slip {
  const { t, say, when, day, time } = useWords();
  return {
    title: t('receipt.title'),
    code: follow.code,
    link: absolute(`/cabin/follow/${follow.code}`),
    lines: [
      { name: t('send.what'), value: say(follow.categoryName) },
      { name: t('send.where'), value: say(follow.address) },
      { name: t('receipt.when'), value: `${day(follow.reportedAt)} ${time(follow.reportedAt)}` },
      { name: t('receipt.reference'), value: follow.reference },
      ...(follow.dueAt ? [{ name: t('receipt.due'), value: when(follow.dueAt) }] : []),
    ],
    foot: t('receipt.foot'),
  };
}

export function useBookingSlip(booking: BookingView): Slip {
  const { t, say, day, time } = useWords();
  return {
    title: t('booking.receipt'),
    code: booking.code,
    link: absolute(`/cabin/bookings/${booking.code}`),
    lines: [
      { name: t('booking.service'), value: say(booking.serviceName) },
      { name: t('booking.when'), value: `${day(booking.slot.begin)} ${time(booking.slot.begin)}` },
      { name: t('booking.number'), value: booking.queueNumber },
      ...(booking.placeName
        ? [{ name: t('booking.where'), value: `${say(booking.placeName)} ${say(booking.address)}` }]
        : []),
    ],
    foot: t('booking.foot'),
  };
}

/** Without a network the code is not known yet: the slip leads to where it will be. */
export function useWaitingSlip(clientId: string): Slip {
  const { t, day, time } = useWords();
  const [now] = useState(() => Date.now());
  return {
    title: t('sent.slip'),
    code: undefined,
    link: absolute(`/cabin/claim/${clientId}`),
    lines: [{ name: t('receipt.when'), value: `${day(now)} ${time(now)}` }],
    foot: t('sent.slipFoot'),
  };
}

/** On one's own device a receipt is kept unless one does not want it; in a kiosk never. */
export function KeepHere({ code, kind }: { code: string; kind: 'report' | 'booking' }) {
  const { t } = useWords();
  const isKiosk = useCabin((state) => state.kiosk !== undefined);
  const [isKept, setKept] = useState(true);
  if (isKiosk) return null;
  const change = async () => {
    if (isKept) await forget(code);
    else await keep({ code, kind, addedAt: Date.now(), follow: undefined, booking: undefined });
    setKept(!isKept);
    announce(t(isKept ? 'receipt.notKept' : 'receipt.kept'));
  };
  return (
    <Action aria-pressed={isKept} onClick={() => void change()}>
      {isKept && <Check aria-hidden size={24} />}
      {t(isKept ? 'receipt.kept' : 'receipt.keep')}
    </Action>
  );
}
