/** Everything behind "follow mine": the list, one receipt, its data, and what was sent a moment ago. */
import { CalendarCheck, ChevronRight, MessageSquareText, Search } from 'lucide-react';
import { type FormEvent, useEffect, useState } from 'react';
import { getBooking, getByClient, getReceipt } from '../api.ts';
import { go, useCabin } from '../cabin.ts';
import { forget, type Kept, keep, listKept } from '../database.ts';
import { useWords } from '../i18n.ts';
import { listWaiting, removeWaiting } from '../outbox.ts';
import type { Waiting as Letter } from '../outbox.view.ts';
import { Action, Choice, Failure, Field, failureText, Notice, Page, Waiting } from '../parts.tsx';
import { useRemote } from '../remote.ts';
import { readCode } from '../route.view.ts';
import { sendNow, useArrival } from '../sending.ts';
import { Case } from './case.tsx';
import { OwnData } from './own-data.tsx';
import { KeepHere, SlipView, useBookingSlip, useReportSlip, useWaitingSlip } from './receipt.tsx';

export default function FollowPages({ page, rest }: { page: 'follow' | 'claim' | 'sent'; rest: readonly string[] }) {
  const [code, part] = rest;
  if (page === 'sent' && code) return <JustSent clientId={code} />;
  if (page === 'claim' && code) return <Claim clientId={code} />;
  if (!code) return <Mine />;
  if (part === 'data') return <OwnData code={code} />;
  if (part === 'receipt') return <ReportReceipt code={code} />;
  return <Case key={code} code={code} />;
}

function Mine() {
  const { t } = useWords();
  const isKiosk = useCabin((state) => state.kiosk !== undefined);
  const waitingCount = useCabin((state) => state.waiting);
  const [kept, setKept] = useState<readonly Kept[]>([]);
  const [waiting, setWaiting] = useState<readonly Letter[]>([]);
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState<string>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked up again when something was sent
  useEffect(() => {
    if (isKiosk) return;
    void listKept().then(setKept);
    void listWaiting('waiting').then(setWaiting);
  }, [isKiosk, waitingCount]);
  function open(event: FormEvent): void {
    event.preventDefault();
    const route = readCode(code);
    setProblem(route ? undefined : t('follow.badCode'));
    if (route) go(route);
  }
  return (
    <Page title={t('follow.title')}>
      {waiting.length > 0 && (
        <WaitingList letters={waiting} onChanged={() => void listWaiting('waiting').then(setWaiting)} />
      )}
      {kept.length > 0 && (
        <section>
          <h2>{t('follow.kept')}</h2>
          <div className="option-list">
            {kept.map((each) => (
              <KeptChoice key={each.code} kept={each} onGone={() => void listKept().then(setKept)} />
            ))}
          </div>
        </section>
      )}
      {kept.length === 0 && waiting.length === 0 && !isKiosk && <p className="quiet">{t('follow.none')}</p>}
      <form className="search" onSubmit={open} noValidate>
        <Field label={t('follow.code')} hint={t('follow.codeHint')} error={problem}>
          {(ids) => (
            <div className="with-button">
              <input
                {...ids}
                className="input code-input"
                autoComplete="off"
                autoCapitalize="characters"
                spellCheck={false}
                value={code}
                onChange={(event) => setCode(event.target.value)}
              />
              <Action submit look="primary">
                <Search aria-hidden size={24} />
                {t('follow.open')}
              </Action>
            </div>
          )}
        </Field>
      </form>
    </Page>
  );
}

/** What is known of it at once; the newest from the city when there is a network. */
function KeptChoice({ kept, onGone }: { kept: Kept; onGone: () => void }) {
  const { t, say, when } = useWords();
  const [latest, setLatest] = useState(kept);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once per visit
  useEffect(() => {
    const ask =
      kept.kind === 'report'
        ? getReceipt(kept.code).then((follow) => ({ ...kept, follow }))
        : getBooking(kept.code).then((booking) => ({ ...kept, booking }));
    ask.then(
      (found) => {
        setLatest(found);
        void keep(found);
      },
      (error: { status: number }) => {
        if (error.status === 404) void forget(kept.code).then(onGone);
      },
    );
  }, []);
  if (kept.kind === 'booking')
    return (
      <Choice
        icon={<CalendarCheck aria-hidden size={28} />}
        title={latest.booking ? say(latest.booking.serviceName) : kept.code}
        detail={latest.booking && `${when(latest.booking.slot.begin)} · ${t(`booking.state.${latest.booking.state}`)}`}
        onPress={() => go(['bookings', kept.code])}
      />
    );
  return (
    <Choice
      icon={<MessageSquareText aria-hidden size={28} />}
      title={latest.follow ? say(latest.follow.categoryName) : kept.code}
      detail={latest.follow && `${t(`state.${latest.follow.state}`)} · ${say(latest.follow.address)}`}
      onPress={() => go(['follow', kept.code])}
    />
  );
}

function WaitingList({ letters, onChanged }: { letters: readonly Letter[]; onChanged: () => void }) {
  const { t, say, when } = useWords();
  const drop = (clientId: string) =>
    removeWaiting('waiting', clientId).then(() => {
      onChanged();
      return sendNow();
    });
  return (
    <section>
      <h2>{t('follow.waiting')}</h2>
      <ul className="rows">
        {letters.map((letter) => (
          <li key={letter.clientId} className="row spread">
            <div>
              <p className="strong">{say(letter.title)}</p>
              <p className={letter.refused ? 'field-error' : 'hint'}>
                {letter.refused ? failureText({ status: 400, code: letter.refused.code }, t) : when(letter.writtenAt)}
              </p>
            </div>
            <Action onClick={() => void drop(letter.clientId)}>{t('follow.drop')}</Action>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The page after "send": the receipt as soon as the city has answered, the truth until then. */
function JustSent({ clientId }: { clientId: string }) {
  const { t } = useWords();
  const arrival = useArrival(clientId);
  const isKiosk = useCabin((state) => state.kiosk !== undefined);
  const isReachable = useCabin((state) => state.isReachable);
  const waiting = useCabin((state) => state.waiting);
  const [refusal, setRefusal] = useState<Letter['refused']>();
  const [isSlow, setSlow] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked up again after every attempt
  useEffect(() => {
    const drawer = isKiosk ? 'sealed' : 'waiting';
    const look = () =>
      listWaiting(drawer).then((letters) => setRefusal(letters.find((each) => each.clientId === clientId)?.refused));
    void look();
    const timer = setInterval(() => void look(), 1_000);
    const slow = setTimeout(() => setSlow(true), 6_000);
    return () => {
      clearInterval(timer);
      clearTimeout(slow);
    };
  }, [clientId, waiting]);
  const withdraw = async () => {
    await removeWaiting(isKiosk ? 'sealed' : 'waiting', clientId);
    await sendNow();
    go([], 'replace');
  };
  if (arrival?.kind === 'report') return <ReportReceipt code={arrival.code} />;
  if (arrival) return <BookingReceipt code={arrival.code} />;
  if (refusal)
    return (
      <Page title={t('sent.refusedTitle')}>
        <Notice tone="wrong">
          <p>{failureText({ status: 400, code: refusal.code }, t)}</p>
          <p className="hint">{refusal.code}</p>
        </Notice>
        <div className="actions onward">
          <Action look="primary" onClick={() => void withdraw()}>
            {t('sent.startOver')}
          </Action>
        </div>
      </Page>
    );
  if (isReachable && !isSlow)
    return (
      <Page title={t('sent.sending')}>
        <Waiting />
      </Page>
    );
  return <SavedHere clientId={clientId} />;
}

function SavedHere({ clientId }: { clientId: string }) {
  const { t } = useWords();
  const isKiosk = useCabin((state) => state.kiosk !== undefined);
  const slip = useWaitingSlip(clientId);
  return (
    <Page title={t('sent.savedTitle')} lead={t(isKiosk ? 'sent.savedKiosk' : 'sent.savedPhone')}>
      {isKiosk && <SlipView slip={slip} />}
    </Page>
  );
}

/** From the slip that a kiosk printed without a network. */
function Claim({ clientId }: { clientId: string }) {
  const { t } = useWords();
  const { value, error, reload } = useRemote(`claim ${clientId}`, () => getByClient(clientId));
  const isKiosk = useCabin((state) => state.kiosk !== undefined);
  useEffect(() => {
    if (!value) return;
    if (!isKiosk)
      void keep({ code: value.code, kind: 'report', addedAt: Date.now(), follow: value.follow, booking: undefined });
    go(['follow', value.code], 'replace');
  }, [value, isKiosk]);
  return (
    <Page title={t('claim.title')}>
      {error && error.status === 404 && (
        <Notice>
          <p>{t('claim.notYet')}</p>
          <Action onClick={reload}>{t('action.tryAgain')}</Action>
        </Notice>
      )}
      {error && error.status !== 404 && <Failure error={error} retry={reload} />}
      {!error && <Waiting />}
    </Page>
  );
}

function ReportReceipt({ code }: { code: string }) {
  const { t } = useWords();
  const { value, error, reload } = useRemote(`receipt ${code}`, () => getReceipt(code));
  if (!value) return error ? <Failure error={error} retry={reload} /> : <Waiting />;
  return (
    <Page
      title={t(value.state === 'held-as-spam' ? 'receipt.heldTitle' : 'receipt.thanks')}
      lead={
        value.toldBy !== undefined && value.toldBy > 1
          ? t('receipt.joined', { count: value.toldBy })
          : t('receipt.lead')
      }
    >
      <Slipped follow={value} />
    </Page>
  );
}

function Slipped({ follow }: { follow: Parameters<typeof useReportSlip>[0] }) {
  const { t } = useWords();
  const slip = useReportSlip(follow);
  return (
    <SlipView slip={slip}>
      <KeepHere code={follow.code} kind="report" />
      <Action onClick={() => go(['follow', follow.code])}>
        {t('receipt.follow')}
        <ChevronRight aria-hidden size={24} />
      </Action>
    </SlipView>
  );
}

function BookingReceipt({ code }: { code: string }) {
  const { t } = useWords();
  const { value, error, reload } = useRemote(`booking ${code}`, () => getBooking(code));
  if (!value) return error ? <Failure error={error} retry={reload} /> : <Waiting />;
  return (
    <Page title={t('booking.thanks')}>
      <SlippedBooking booking={value} />
    </Page>
  );
}

function SlippedBooking({ booking }: { booking: Parameters<typeof useBookingSlip>[0] }) {
  const { t } = useWords();
  const slip = useBookingSlip(booking);
  return (
    <SlipView slip={slip}>
      <KeepHere code={booking.code} kind="booking" />
      <Action onClick={() => go(['bookings', booking.code])}>
        {t('receipt.follow')}
        <ChevronRight aria-hidden size={24} />
      </Action>
    </SlipView>
  );
}
