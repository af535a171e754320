/** Booking, one question per page: may I have it, when, and what the worker must know. */
import { type FormEvent, useState } from 'react';
import type { ServiceView, SlotView } from '#adapters/residents/api.types.ts';
import type { PersonalData, PersonalField } from '#people/vault/vault.types.ts';
import { searchPlaces } from '../api.ts';
import { cabin, go, onStartAgain } from '../cabin.ts';
import { useWords } from '../i18n.ts';
import { Action, Notice, Options, Page } from '../parts.tsx';
import { QuestionField } from '../question.tsx';
import { ContactFields } from '../report/contact.tsx';
import { type Answer, problemOf, toAnswers } from '../report/report.view.ts';
import { post } from '../sending.ts';
import { createStore, useStore } from '../store.ts';
import { isEligible, refusalOf } from './services.view.ts';
import { Slots } from './slots.tsx';

interface Draft {
  readonly service: string;
  readonly may: Readonly<Record<string, boolean>>;
  readonly slot: SlotView | undefined;
  readonly contact: PersonalData;
  readonly answers: Readonly<Record<string, Answer>>;
}

const empty: Draft = { service: '', may: {}, slot: undefined, contact: {}, answers: {} };
const store = createStore<Draft>(empty);
onStartAgain(() => store.set(empty));

export function Book({ service, step }: { service: ServiceView; step: string }) {
  const draft = useStore(store, (value) => value);
  const own = draft.service === service.id ? draft : { ...empty, service: service.id };
  const set = (change: Partial<Draft>) => store.set({ ...own, ...change });
  const steps = [...(service.eligibility.length > 0 ? ['may'] : []), 'when', 'who'];
  const progress = { step: Math.max(0, steps.indexOf(step)) + 1, of: steps.length };
  const props = { service, draft: own, set, progress };
  if (step === 'may') return <MayStep {...props} />;
  if (step === 'who' && own.slot) return <WhoStep {...props} slot={own.slot} />;
  return <WhenStep {...props} />;
}

interface StepProps {
  service: ServiceView;
  draft: Draft;
  set: (change: Partial<Draft>) => void;
  progress: { step: number; of: number };
}

function MayStep({ service, draft, set, progress }: StepProps) {
  const { t, say } = useWords();
  const [problem, setProblem] = useState<string>();
  const refusal = refusalOf(service, draft.may);
  return (
    <Page title={t('services.may')} lead={say(service.name)} progress={progress}>
      {service.eligibility.map(({ id, question }) => (
        <Options
          key={id}
          inline
          legend={say(question)}
          error={problem && draft.may[id] === undefined ? problem : undefined}
          values={[
            { key: 'yes', name: t('rating.yes') },
            { key: 'no', name: t('rating.no') },
          ]}
          chosen={draft.may[id] === undefined ? [] : [draft.may[id] ? 'yes' : 'no']}
          onChange={([chosen]) => set({ may: { ...draft.may, [id]: chosen === 'yes' } })}
        />
      ))}
      {refusal && <Notice tone="wrong">{say(refusal)}</Notice>}
      {!refusal && (
        <div className="actions onward">
          <Action
            look="primary"
            onClick={() =>
              isEligible(service, draft.may) ? go(['services', service.id, 'when']) : setProblem(t('problem.required'))
            }
          >
            {t('action.next')}
          </Action>
        </div>
      )}
    </Page>
  );
}

function WhenStep({ service, draft, set, progress }: StepProps) {
  const { t, say } = useWords();
  const [problem, setProblem] = useState<string>();
  return (
    <Page title={t('slots.title')} lead={say(service.name)} progress={progress}>
      <Slots
        service={service}
        chosen={draft.slot}
        error={problem}
        onChoose={(slot) => {
          setProblem(undefined);
          set({ slot });
        }}
      />
      <div className="actions onward">
        <Action
          look="primary"
          onClick={() => (draft.slot ? go(['services', service.id, 'who']) : setProblem(t('slots.missing')))}
        >
          {t('action.next')}
        </Action>
      </div>
    </Page>
  );
}

function WhoStep({ service, draft, set, progress, slot }: StepProps & { slot: SlotView }) {
  const { t, say, language, day, time } = useWords();
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({});
  const [isSending, setSending] = useState(false);
  const fields = service.asksContact;

  function check(): Record<string, string> {
    const found: Record<string, string> = {};
    for (const field of fields)
      if (field !== 'note' && field !== 'email' && !draft.contact[field]?.trim()) found[field] = t('problem.required');
    for (const question of service.questions) {
      const problem = problemOf(question, draft.answers[question.code]);
      if (problem) found[question.code] = t(problem);
    }
    return found;
  }

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    const found = check();
    setProblems(found);
    if (Object.keys(found).length > 0 || isSending) return;
    setSending(true);
    const clientId = crypto.randomUUID();
    const contact = Object.fromEntries(Object.entries(draft.contact).filter(([, value]) => value?.trim()));
    const place = service.kind === 'at-the-door' ? await findPlace(draft.contact.address, language) : undefined;
    const body = {
      clientId,
      service: service.id,
      slot: slot.id,
      eligibility: draft.may,
      language,
      answers: toAnswers(service.questions, draft.answers),
      ...(Object.keys(contact).length > 0 && { contact }),
      ...(place && { place }),
    };
    go(['sent', clientId], 'replace');
    await post({ kind: 'booking', body }, service.name, []);
    store.set(empty);
  }

  return (
    <Page title={t('booking.check')} progress={progress}>
      <form onSubmit={(event) => void send(event)} noValidate>
        <dl className="summary">
          <div>
            <dt>{t('booking.service')}</dt>
            <dd>{say(service.name)}</dd>
          </div>
          <div>
            <dt>{t('booking.when')}</dt>
            <dd>
              {day(slot.begin)} {time(slot.begin)}
            </dd>
          </div>
        </dl>
        {service.questions.map((question) => (
          <QuestionField
            key={question.code}
            question={question}
            answer={draft.answers[question.code]}
            error={problems[question.code]}
            onChange={(answer) => set({ answers: { ...draft.answers, [question.code]: answer } })}
          />
        ))}
        {fields.length > 0 && (
          <ContactFields
            isNeeded
            contact={draft.contact}
            fields={fields as PersonalField[]}
            errors={problems}
            onChange={(contact) => set({ contact })}
          />
        )}
        <div className="actions onward">
          <Action look="primary" submit disabled={isSending}>
            {t('booking.now')}
          </Action>
        </div>
      </form>
    </Page>
  );
}

/** Where the door is, as far as the words say; the kiosk's own place else: somebody of its neighbourhood stands there. */
async function findPlace(address: string | undefined, language: string) {
  const found = address
    ? await searchPlaces(address, language).then(
        ({ places }) => places.find(({ inCity }) => inCity)?.place,
        () => undefined,
      )
    : undefined;
  return found ?? cabin.get().kiosk?.place;
}
