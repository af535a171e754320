import { ArrowLeft, HeartHandshake, UserPlus } from 'lucide-react';
import { useState } from 'react';
import type { CareRules } from '#domains/community/care.types.ts';
import { Button } from '#web/kit/button.tsx';
import { Empty, Failure, SkeletonLines } from '#web/kit/states.tsx';
import { type AskedContact, RevealDialog } from '../case/reveal.tsx';
import { notify, notifyError } from '../controller.ts';
import '../people.css';
import { useNow, useOps } from '../store.ts';
import { usePolled } from '../use-polled.ts';
import { AwayDialog, WithdrawDialog } from './dialogs.tsx';
import './care.css';
import { type Cared, toPeople } from './care.view.ts';
import { getCare, revealCared, setSeen } from './care-api.ts';
import { EnrolDialog } from './enrol.tsx';
import { Person } from './person.tsx';
import { useCareWords } from './words.ts';

/** People who agreed to be looked after: who needs somebody at the door now, and whose consent ends. */
export default function Care() {
  const { t, c } = useCareWords();
  const isAllowed = useOps((state) => state.session?.permissions.includes('care.see'));
  return (
    <main className="people care">
      <a href="/ops/" className="back">
        <ArrowLeft size={16} aria-hidden /> {t('people.back')}
      </a>
      <h1>{c('title')}</h1>
      <p className="lead">{c('lead')}</p>
      {isAllowed ? <Looked /> : <Empty title={t('failure.forbidden')}>{c('forbidden')}</Empty>}
    </main>
  );
}

function Looked() {
  const { t, c } = useCareWords();
  const { value: view, error, again } = usePolled('care', getCare);
  if (error?.status === 403) return <Empty title={t('failure.forbidden')}>{c('forbidden')}</Empty>;
  if (error && !view) {
    const message = error.code === 'network.lost' ? t('failure.network') : error.message;
    const retry = { label: t('common.retry'), onPress: again };
    return <Failure title={c('failed')} message={message} code={error.code} retry={retry} />;
  }
  if (!view) return <SkeletonLines lines={8} label={t('common.loading')} />;
  if (!view.rules) return <Empty title={c('notOffered')}>{c('notOfferedWhat')}</Empty>;
  return (
    <>
      {error && (
        <p className="field-error" role="alert">
          {c('stale')} <span className="hint">{error.code}</span>
        </p>
      )}
      <People rules={view.rules} enrolments={view.enrolments} again={again} />
    </>
  );
}

type Enrolments = Awaited<ReturnType<typeof getCare>>['enrolments'];

function People({ rules, enrolments, again }: { rules: CareRules; enrolments: Enrolments; again: () => void }) {
  const { c } = useCareWords();
  const now = useNow();
  const people = toPeople(enrolments, now);
  const worried = people.filter(({ standing }) => standing === 'concern').length;
  const [isEnrolling, setEnrolling] = useState(false);
  const [asked, setAsked] = useState<AskedContact>();
  const [leaving, setLeaving] = useState<Enrolments[number]>();
  const [away, setAway] = useState<Cared>();
  const done = (message: string): void => {
    setEnrolling(false);
    setLeaving(undefined);
    setAway(undefined);
    notify(message, undefined);
    again();
  };
  const seen = ({ consents }: Cared): void =>
    void setSeen(consents[0]!.id).then(() => done(c('done.seen')), notifyError);
  const show = ({ consents: [first] }: Cared): void =>
    setAsked({ fields: first!.fields, purposes: ['care'], look: (_, fields) => revealCared(first!.id, fields) });
  const add = (
    <Button look="primary" onPress={() => setEnrolling(true)}>
      <UserPlus size={16} aria-hidden /> {c('enrol')}
    </Button>
  );
  return (
    <section aria-label={c('title')}>
      {people.length === 0 ? (
        <Empty icon={<HeartHandshake size={24} aria-hidden />} title={c('empty')} action={add}>
          {c('emptyWhat')}
        </Empty>
      ) : (
        <>
          <header>
            <h2>{worried > 0 ? c('found.concern', { count: worried }) : c('found.well', { count: people.length })}</h2>
            {add}
          </header>
          <ul className="cared">
            {people.map((each) => (
              <Person
                key={each.person}
                cared={each}
                rules={rules}
                seen={() => seen(each)}
                show={() => show(each)}
                away={() => setAway(each)}
                withdraw={setLeaving}
              />
            ))}
          </ul>
        </>
      )}
      <EnrolDialog rules={rules} isOpen={isEnrolling} close={() => setEnrolling(false)} done={done} />
      <WithdrawDialog enrolment={leaving} close={() => setLeaving(undefined)} done={done} />
      <AwayDialog cared={away} rules={rules} close={() => setAway(undefined)} done={done} />
      <RevealDialog asked={asked} close={() => setAsked(undefined)} />
    </section>
  );
}
