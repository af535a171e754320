import { ChevronRight, Users } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { CategoryView, NearbyCase } from '#adapters/residents/api.types.ts';
import { photoUrl, suggest } from '../api.ts';
import { useCabin } from '../cabin.ts';
import { useWords } from '../i18n.ts';
import { CategoryIcon } from '../icons.tsx';
import { Action, Choice, Field, Page, Waiting } from '../parts.tsx';
import { categoryOf, getDraft, setDraft, useDraft } from './draft.ts';
import { knownAlready } from './report.view.ts';

interface StepProps {
  progress: { step: number; of: number } | undefined;
  onNext: () => void;
}

const TYPING_MS = 450;

/** What it is, in one's own words; the city proposes the kind, and every kind can be chosen. */
export function WhatStep({ progress, onNext }: StepProps) {
  const { t, say } = useWords();
  const city = useCabin((state) => state.city);
  const { text, category } = useDraft();
  const proposed = useProposals();
  const limit = city?.limits.descriptionCharacters ?? 2_000;
  const choose = (code: string) => {
    const isOther = getDraft().category !== code;
    setDraft({ category: code, ...(isOther && { answers: {}, joins: undefined }) });
    onNext();
  };
  if (!city) return <Waiting />;
  return (
    <Page title={t('what.title')} lead={t('what.lead')} progress={progress}>
      <Field label={t('what.text')} hint={t('what.textHint')}>
        {(ids) => (
          <textarea
            {...ids}
            className="input"
            rows={3}
            maxLength={limit}
            autoComplete="off"
            value={text}
            onChange={(event) => setDraft({ text: event.target.value })}
          />
        )}
      </Field>
      <section className="kinds">
        <h2 aria-live="polite">{t(proposed.length > 0 ? 'what.proposed' : 'what.choose')}</h2>
        <div className="option-list">
          {proposed.map((each) => (
            <CategoryChoice
              key={each.code}
              category={each}
              isChosen={each.code === category}
              onPress={() => choose(each.code)}
            />
          ))}
        </div>
        {city.groups.map((group) => {
          const categories = city.categories.filter((each) => each.group === group.id);
          return (
            <details key={group.id} className="group">
              <summary>
                <ChevronRight aria-hidden size={24} />
                <span>{say(group.name)}</span>
              </summary>
              <div className="option-list">
                {categories.map((each) => (
                  <CategoryChoice
                    key={each.code}
                    category={each}
                    isChosen={each.code === category}
                    onPress={() => choose(each.code)}
                  />
                ))}
              </div>
            </details>
          );
        })}
      </section>
    </Page>
  );
}

function CategoryChoice(props: { category: CategoryView; isChosen: boolean; onPress: () => void }) {
  const { say } = useWords();
  return (
    <Choice
      icon={<CategoryIcon name={props.category.icon} />}
      title={say(props.category.name)}
      detail={say(props.category.description)}
      primary={props.isChosen}
      onPress={props.onPress}
    />
  );
}

/** From the words while they are written; before any, from the plate that was scanned. */
function useProposals(): CategoryView[] {
  const { text, spot, proposed } = useDraft();
  const { language } = useWords();
  const [codes, setCodes] = useState<readonly string[]>([]);
  useEffect(() => {
    if (text.trim().length < 2) {
      setCodes([]);
      return;
    }
    let isCurrent = true;
    const timer = setTimeout(() => {
      suggest({ text, language, ...(spot && { place: spot.place }) }).then(
        ({ categories }) => isCurrent && setCodes(categories.map(({ code }) => code)),
        () => undefined,
      );
    }, TYPING_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [text, spot, language]);
  return [...new Set(codes.length > 0 ? codes : proposed)].flatMap((code) => categoryOf(code) ?? []).slice(0, 3);
}

const PATIENCE_MS = 3_000;

/** Neighbours may have told it already: then one more voice, not one more case. Asks only when there is something to ask. */
export function KnownStep({ progress, onNext }: StepProps) {
  const { t, say, language, ago, distance } = useWords();
  const [known, setKnown] = useState<readonly NearbyCase[]>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once when the page is entered
  useEffect(() => {
    let isCurrent = true;
    const { text, spot, category } = getDraft();
    if (!spot || category === undefined) return onNext();
    const skip = () => isCurrent && onNext();
    const timer = setTimeout(skip, PATIENCE_MS);
    suggest({ text: text || say(categoryOf(category)?.name), language, place: spot.place, category }).then(
      ({ nearby }) => {
        if (!isCurrent) return;
        clearTimeout(timer);
        const likely = knownAlready(nearby, category);
        if (likely.length > 0) setKnown(likely);
        else onNext();
      },
      skip,
    );
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, []);
  const join = (caseId: string | undefined) => {
    setDraft({ joins: caseId });
    onNext();
  };
  if (!known) return <Waiting />;
  return (
    <Page title={t('known.title')} lead={t('known.lead')} progress={progress}>
      <ul className="cards">
        {known.map((each) => (
          <li key={each.caseId} className="card">
            {each.photo && <img src={photoUrl(each.photo)} alt="" />}
            <h2>{say(each.name)}</h2>
            <p>{say(each.address)}</p>
            <p className="hint">
              {t('known.away', { distance: distance(each.distanceMetres) })} · {ago(each.since)}
            </p>
            <p className="with-icon">
              <Users aria-hidden size={24} />
              {each.toldBy === undefined ? t('known.others') : t('known.toldBy', { count: each.toldBy })}
            </p>
            <Action look="primary" onClick={() => join(each.caseId)}>
              {t('known.same')}
            </Action>
          </li>
        ))}
      </ul>
      <div className="actions onward">
        <Action onClick={() => join(undefined)}>{t('known.other')}</Action>
      </div>
    </Page>
  );
}
