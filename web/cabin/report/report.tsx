/** A report, one question per page. */
import { MessageSquareText, PhoneCall } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { Question } from '#kernel/reporting.ts';
import { go, useCabin } from '../cabin.ts';
import { useWords } from '../i18n.ts';
import { Action, Notice, Page } from '../parts.tsx';
import { QuestionField } from '../question.tsx';
import { post } from '../sending.ts';
import { ContactFields } from './contact.tsx';
import { categoryOf, getDraft, setDraft, startDraft, useDraft } from './draft.ts';
import { PhotoStep } from './photo-step.tsx';
import { problemOf, progressOf, stepAfter, toAnswers } from './report.view.ts';
import { KnownStep, WhatStep } from './what-step.tsx';
import { WhereStep } from './where-step.tsx';

export default function Report({ step }: { step: string }) {
  const draft = useDraft();
  const category = categoryOf(draft.category);
  const progress = progressOf(step, category);
  const onward = (how: 'push' | 'replace' = 'push') =>
    go(['report', step === 'what' ? 'known' : stepAfter(step, categoryOf(getDraft().category))], how);
  const question = category?.questions.find(({ code }) => step === `ask-${code}`);
  if (step === 'where') return <WhereStep progress={progress} onNext={onward} />;
  if (step === 'what') return <WhatStep progress={progress} onNext={onward} />;
  if (step === 'known') return <KnownStep progress={progress} onNext={() => onward('replace')} />;
  if (question) return <AskStep key={step} question={question} progress={progress} onNext={onward} />;
  if (step === 'send' && category && draft.spot) return <SendStep progress={progress} />;
  return <PhotoStep progress={progressOf('photo', category)} onNext={() => go(['report', 'where'])} />;
}

type Progress = { step: number; of: number } | undefined;

/** Where somebody could be hurt, the telephone is faster. */
function CallFirst() {
  const { t } = useWords();
  const phone = useCabin((state) => state.city?.hotlinePhone);
  const { category } = useDraft();
  if (!phone || !categoryOf(category)?.urgent) return null;
  return (
    <Notice icon={<PhoneCall aria-hidden size={28} />}>
      <p className="strong">{t('send.callFirst')}</p>
      <p>
        <a href={`tel:${phone}`}>{phone}</a>
      </p>
    </Notice>
  );
}

function AskStep({ question, progress, onNext }: { question: Question; progress: Progress; onNext: () => void }) {
  const { t, say } = useWords();
  const { answers } = useDraft();
  const [problem, setProblem] = useState<string>();
  const answer = answers[question.code];
  function next(event: FormEvent): void {
    event.preventDefault();
    const found = problemOf(question, getDraft().answers[question.code]);
    setProblem(found && t(found));
    if (found === undefined) onNext();
  }
  return (
    <Page title={say(question.question)} progress={progress}>
      <CallFirst />
      <form onSubmit={next} noValidate>
        <QuestionField
          question={question}
          isLegendHidden
          answer={answer}
          error={problem}
          onChange={(value) => {
            setProblem(undefined);
            setDraft({ answers: { ...getDraft().answers, [question.code]: value } });
          }}
        />
        <div className="actions onward">
          <Action look="primary" submit>
            {t(!question.required && answer === undefined ? 'action.skipQuestion' : 'action.next')}
          </Action>
        </div>
      </form>
    </Page>
  );
}

/** The last page: what will be sent, whether the city may call back, and the one button. */
function SendStep({ progress }: { progress: Progress }) {
  const { t, say, language } = useWords();
  const draft = useDraft();
  const category = categoryOf(draft.category)!;
  const spot = draft.spot!;
  const [isSending, setSending] = useState(false);
  const isReachable = useCabin((state) => state.isReachable);

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (isSending) return;
    setSending(true);
    const contact = Object.fromEntries(Object.entries(draft.contact).filter(([, value]) => value?.trim()));
    const address = draft.addressWords.trim() || say(spot.address);
    const body = {
      clientId: draft.clientId,
      category: category.code,
      place: spot.place,
      description: draft.text.trim() || say(category.name),
      language,
      writtenAt: Date.now(),
      answers: toAnswers(category.questions, draft.answers),
      ...(spot.accuracyMetres !== undefined && { accuracyMetres: spot.accuracyMetres }),
      ...(address && { address }),
      ...(draft.joins !== undefined && { joins: draft.joins }),
      ...(Object.keys(contact).length > 0 && { contact }),
    };
    const photos = draft.photos.map(({ blob }) => blob);
    go(['sent', draft.clientId], 'replace');
    await post({ kind: 'report', body }, category.name, photos);
    startDraft();
  }

  return (
    <Page title={t('send.title')} progress={progress}>
      <CallFirst />
      <form onSubmit={(event) => void send(event)} noValidate>
        <dl className="summary">
          <div>
            <dt>{t('send.what')}</dt>
            <dd>
              <span className="strong">{say(category.name)}</span>
              {draft.text.trim() && <span className="said">{draft.text.trim()}</span>}
            </dd>
          </div>
          <div>
            <dt>{t('send.where')}</dt>
            <dd>{draft.addressWords.trim() || say(spot.address) || t('where.positionKnown')}</dd>
          </div>
          {draft.photos.length > 0 && (
            <div>
              <dt>{t('send.photos')}</dt>
              <dd className="thumbs">
                {draft.photos.map(({ url }, index) => (
                  <img key={url} src={url} alt={t('photo.alt', { number: index + 1 })} />
                ))}
              </dd>
            </div>
          )}
          {draft.joins !== undefined && (
            <div>
              <dt>{t('send.joins')}</dt>
              <dd>{t('send.joinsDetail')}</dd>
            </div>
          )}
        </dl>
        <ContactFields
          contact={draft.contact}
          fields={['name', 'phone']}
          onChange={(contact) => setDraft({ contact })}
        />
        <div className="actions onward">
          <Action look="primary" submit disabled={isSending}>
            <MessageSquareText aria-hidden size={24} />
            {t(isReachable ? 'send.now' : 'send.later')}
          </Action>
        </div>
      </form>
    </Page>
  );
}
