/** One receipt's way: what is promised, what was done, and the question whether it helped. Changes arrive by themselves. */
import { CircleCheck, FileText, ShieldCheck } from 'lucide-react';
import { type FormEvent, useEffect, useState } from 'react';
import type { Follow } from '#adapters/residents/api.types.ts';
import { clockFace } from '#web/kit/clock.view.ts';
import { type ApiError, addNote, getReceipt, id, photoUrl, ROOT, rateReceipt } from '../api.ts';
import { BeforeAfter } from '../before-after.tsx';
import { announce, go, useCabin } from '../cabin.ts';
import { findKept, keep } from '../database.ts';
import { useWords } from '../i18n.ts';
import { Action, Failure, Field, Notice, Options, Page, Stars, Waiting } from '../parts.tsx';

export function Case({ code }: { code: string }) {
  const { t, say } = useWords();
  const { follow, error, reload, setFollow } = useFollow(code);
  if (!follow) return <Page title={code}>{error ? <Failure error={error} retry={reload} /> : <Waiting />}</Page>;
  return (
    <Page title={say(follow.categoryName)} lead={say(follow.address)}>
      {error && error.status !== 0 && <Failure error={error} />}
      <Promised follow={follow} />
      {follow.answer && <Answer answer={follow.answer} />}
      <Rate follow={follow} onRated={setFollow} />
      <Steps follow={follow} />
      <section>
        <h2>{t('follow.told')}</h2>
        <p>{follow.description}</p>
        <div className="thumbs">
          {follow.photos.map((key, index) => (
            <img key={key} src={photoUrl(key)} alt={t('photo.alt', { number: index + 1 })} loading="lazy" />
          ))}
        </div>
      </section>
      <Note follow={follow} onNoted={setFollow} />
      <div className="actions">
        <Action onClick={() => go(['follow', follow.code, 'receipt'])}>
          <FileText aria-hidden size={24} />
          {t('follow.receipt')}
        </Action>
        <Action onClick={() => go(['follow', follow.code, 'data'])}>
          <ShieldCheck aria-hidden size={24} />
          {t('follow.data')}
        </Action>
      </div>
    </Page>
  );
}

/** Asked once, then listened to; what was last seen on this device until then. */
function useFollow(code: string) {
  const { t, say } = useWords();
  const [follow, setFollow] = useState<Follow>();
  const [error, setError] = useState<ApiError>();
  const isKiosk = useCabin((state) => state.kiosk !== undefined);
  const reload = () => {
    setError(undefined);
    getReceipt(code).then((found) => setFollow(found), setError);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: one stream per receipt
  useEffect(() => {
    if (!isKiosk) void findKept(code).then((kept) => kept?.follow && setFollow((now) => now ?? kept.follow));
    reload();
    const live = new EventSource(`${ROOT}/receipts/${id(code)}/live`);
    live.addEventListener('follow', ({ data }: MessageEvent<string>) => {
      const next = JSON.parse(data) as Follow;
      setFollow((now) => {
        if (now && next.version > now.version) {
          const last = next.steps.at(-1);
          if (last && next.steps.length > now.steps.length)
            announce(t('follow.news', { sentence: say(last.sentence) }));
        }
        return now && now.version > next.version ? now : next;
      });
    });
    return () => live.close();
  }, [code]);
  useEffect(() => {
    if (!follow || isKiosk) return;
    void findKept(follow.code).then((kept) => kept && keep({ ...kept, follow }));
  }, [follow, isKiosk]);
  return { follow, error, reload, setFollow };
}

function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 10_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** State, who has it, and how long is left. */
function Promised({ follow }: { follow: Follow }) {
  const { t, say, span } = useWords();
  const now = useNow();
  const face =
    follow.dueAt === undefined || follow.answer
      ? undefined
      : clockFace({ startedAt: follow.reportedAt, dueAt: follow.dueAt, pausedSince: undefined }, now);
  return (
    <div className="promise">
      <p className="promise-state" data-state={follow.state}>
        {t(`state.${follow.state}`)}
      </p>
      {follow.partyName && <p>{t('follow.party', { party: say(follow.partyName) })}</p>}
      {face && (
        <p className="strong" data-tone={face.tone}>
          {t(face.tone === 'overdue' ? 'follow.overdue' : 'follow.left', { span: span(face.span) })}
        </p>
      )}
      {follow.toldBy !== undefined && follow.toldBy > 1 && <p>{t('follow.toldBy', { count: follow.toldBy })}</p>}
      <p className="hint">
        {t('receipt.reference')} {follow.reference} · {follow.code}
      </p>
    </div>
  );
}

function Answer({ answer }: { answer: NonNullable<Follow['answer']> }) {
  const { t, say, when } = useWords();
  return (
    <section className="answer">
      <h2>
        <CircleCheck aria-hidden size={28} />
        {t('follow.answer')}
      </h2>
      <p>{say(answer.sentence)}</p>
      <p className="hint">{when(answer.at)}</p>
      <BeforeAfter before={answer.before} after={answer.after} />
    </section>
  );
}

function Steps({ follow }: { follow: Follow }) {
  const { t, say, when } = useWords();
  return (
    <section>
      <h2>{t('follow.steps')}</h2>
      <ol className="steps">
        {follow.steps.map((step) => (
          <li key={`${step.at} ${step.kind}`} data-kind={step.kind}>
            <p>{say(step.sentence)}</p>
            <p className="hint">
              <time dateTime={new Date(step.at).toISOString()}>{when(step.at)}</time>
            </p>
            <div className="thumbs">
              {step.photos.map((key, index) => (
                <img key={key} src={photoUrl(key)} alt={t('photo.alt', { number: index + 1 })} loading="lazy" />
              ))}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Solved? Satisfied? "No" brings it back, and says so before it is pressed. */
function Rate({ follow, onRated }: { follow: Follow; onRated: (follow: Follow) => void }) {
  const { t, day } = useWords();
  const [solved, setSolved] = useState<boolean>();
  const [satisfied, setSatisfied] = useState<number>();
  const [comment, setComment] = useState('');
  const [problem, setProblem] = useState<string>();
  const [error, setError] = useState<ApiError>();
  if (follow.rating)
    return (
      <Notice tone="good">
        <p>{t(follow.rating.solved ? 'rating.thanksSolved' : 'rating.thanksUnsolved')}</p>
        {follow.rating.satisfied && <p>{t('rating.given', { rating: follow.rating.satisfied })}</p>}
      </Notice>
    );
  if (!follow.answer || !['closed', 'done'].includes(follow.state)) return null;
  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    setError(undefined);
    if (solved === undefined) return setProblem(t('rating.solvedMissing'));
    if (!solved && comment.trim() === '') return setProblem(t('rating.whyMissing'));
    try {
      onRated(await rateReceipt(follow.code, { solved, satisfied, comment: comment.trim() || undefined }));
    } catch (failure) {
      setError(failure as ApiError);
    }
  }
  return (
    <form className="rate" onSubmit={(event) => void send(event)} noValidate>
      <h2>{t('rating.title')}</h2>
      {problem && <Notice tone="wrong">{problem}</Notice>}
      {error && <Failure error={error} />}
      <Options
        inline
        legend={t('rating.solved')}
        values={[
          { key: 'yes', name: t('rating.yes') },
          { key: 'no', name: t('rating.no') },
        ]}
        chosen={solved === undefined ? [] : [solved ? 'yes' : 'no']}
        onChange={([chosen]) => {
          setSolved(chosen === 'yes');
          setProblem(undefined);
        }}
      />
      {solved === false && (
        <Notice>
          {t('rating.reopens')}
          {follow.mayReopenUntil && ` ${t('rating.until', { day: day(follow.mayReopenUntil) })}`}
        </Notice>
      )}
      <Stars legend={t('rating.satisfied')} value={satisfied} onChange={setSatisfied} />
      <Field label={t(solved === false ? 'rating.why' : 'rating.comment')}>
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
        <Action look="primary" submit>
          {t('rating.send')}
        </Action>
      </div>
    </form>
  );
}

function Note({ follow, onNoted }: { follow: Follow; onNoted: (follow: Follow) => void }) {
  const { t } = useWords();
  const [text, setText] = useState('');
  const [error, setError] = useState<ApiError>();
  if (['closed', 'dismissed', 'held-as-spam'].includes(follow.state)) return null;
  function send(event: FormEvent): void {
    event.preventDefault();
    if (text.trim() === '') return;
    addNote(follow.code, text.trim()).then((changed) => {
      setText('');
      setError(undefined);
      announce(t('follow.noted'));
      onNoted(changed);
    }, setError);
  }
  return (
    <form onSubmit={send} className="note">
      {error && <Failure error={error} />}
      <Field label={t('follow.note')} hint={t('follow.noteHint')}>
        {(ids) => (
          <textarea
            {...ids}
            className="input"
            rows={2}
            autoComplete="off"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <div className="actions">
        <Action submit disabled={text.trim() === ''}>
          {t('follow.noteSend')}
        </Action>
      </div>
    </form>
  );
}
