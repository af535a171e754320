import { type FormEvent, useState } from 'react';
import type { CallView, FiledView, HotlineRulesView } from '#adapters/console/hotline-api.types.ts';
import type { SuggestView } from '#adapters/residents/api.types.ts';
import { MINUTE } from '#kernel/time.ts';
import { Button } from '#web/kit/button.tsx';
import { percentFigure } from '#web/kit/number.view.ts';
import { spanOf } from '#web/kit/time.view.ts';
import { ApiError } from '../api.ts';
import { useNow } from '../store.ts';
import { answersOf, classOf, type Draft, missingOf, needsReason, promiseOf } from './desk.view.ts';
import { file, hangUp } from './hotline-api.ts';
import { PlaceField } from './place-field.tsx';
import { QuestionFields } from './question-fields.tsx';
import { useHotlineWords } from './words.ts';

export interface CallFormProps {
  readonly call: CallView;
  readonly rules: HotlineRulesView;
  readonly answerWithinSeconds: number | undefined;
  readonly draft: Draft;
  readonly change: (change: Partial<Draft>) => void;
  readonly suggestions: SuggestView['categories'];
  readonly filed: (filed: FiledView) => void;
  readonly dropped: () => void;
}

/** One call from the first word to the promise, in the order in which people talk; Ctrl and Enter files it from anywhere. */
export function CallForm(props: CallFormProps) {
  const { call, rules, draft, change } = props;
  const { h, language } = useHotlineWords();
  const [error, setError] = useState<ApiError>();
  const [isTried, setTried] = useState(false);
  const missing = missingOf(draft, rules);

  const submit = async (event?: FormEvent): Promise<void> => {
    event?.preventDefault();
    setTried(true);
    if (missing.length > 0 || draft.place === undefined) return;
    const { phone, name, description, place, address, placeName, category, classId, joins } = draft;
    try {
      const form = {
        ...{ category: category!, place, description, joins, language },
        ...(classId !== undefined && { classId, classReason: draft.classReason || undefined }),
        address: [placeName, address].filter(Boolean).join(' ') || undefined,
        answers: answersOf(draft, rules),
        caller: { phone: phone || undefined, name: name || undefined },
      };
      props.filed(await file(call.id, form));
    } catch (cause) {
      setError(cause instanceof ApiError ? cause : new ApiError(0, 'page.defect', String(cause), undefined));
    }
  };
  const drop = async (): Promise<void> => {
    await hangUp(call.id).catch(() => undefined);
    props.dropped();
  };
  const onKey = (event: React.KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit();
  };

  return (
    <form className="hotline-form" onSubmit={(event) => void submit(event)} onKeyDown={onKey}>
      <CallHead call={call} answerWithinSeconds={props.answerWithinSeconds} />
      <div className="pair">
        <div className="field">
          <label htmlFor="hotline-phone">{h('phone')}</label>
          <input
            className="input figures"
            id="hotline-phone"
            inputMode="tel"
            autoComplete="off"
            // biome-ignore lint/a11y/noAutofocus: who takes a call types at once
            autoFocus
            value={draft.phone}
            onChange={(event) => change({ phone: event.target.value })}
          />
        </div>
        <div className="field">
          <label htmlFor="hotline-name">{h('name')}</label>
          <input
            className="input"
            id="hotline-name"
            autoComplete="off"
            value={draft.name}
            onChange={(event) => change({ name: event.target.value })}
          />
        </div>
      </div>
      <div className="field">
        <label htmlFor="hotline-description">{h('description')}</label>
        <textarea
          className="input"
          id="hotline-description"
          rows={3}
          maxLength={rules.descriptionCharacters}
          aria-invalid={isTried && missing.includes('description')}
          value={draft.description}
          onChange={(event) => change({ description: event.target.value })}
        />
      </div>
      <div className="pair">
        <PlaceField name={draft.placeName} choose={(placeName, place) => change({ placeName, place })} />
        <div className="field">
          <label htmlFor="hotline-address">{h('whereMore')}</label>
          <input
            className="input"
            id="hotline-address"
            placeholder={h('whereMoreHint')}
            value={draft.address}
            onChange={(event) => change({ address: event.target.value })}
          />
        </div>
      </div>
      <CategoryField {...props} />
      <QuestionFields rules={rules} draft={draft} change={change} />
      <ClassField rules={rules} draft={draft} change={change} rangAt={call.rangAt} />
      {isTried && missing.length > 0 && (
        <p className="field-error" role="alert">
          {h('missing', { what: missing.map((each) => h(each)).join(language === 'zh' ? '、' : ', ') })}
        </p>
      )}
      {error && (
        <p className="field-error" role="alert">
          {h('failed', { message: error.message })} <span className="hint">{error.code}</span>
        </p>
      )}
      <div className="footer">
        <Button onPress={() => void drop()}>{h('drop')}</Button>
        <Button look="primary" size="large" type="submit">
          {h('file')} <kbd className="key">Ctrl ↵</kbd>
        </Button>
      </div>
    </form>
  );
}

function CallHead({ call, answerWithinSeconds }: { call: CallView; answerWithinSeconds: number | undefined }) {
  const { h, span, time } = useHotlineWords();
  const now = useNow();
  const waited = (call.answeredAt ?? call.rangAt) - call.rangAt;
  const isLate = answerWithinSeconds !== undefined && waited > answerWithinSeconds * 1_000;
  return (
    <header className="call-head">
      <h2>
        {h('mine')} <span className="figures quiet">{span(spanOf(now - (call.answeredAt ?? now)))}</span>
      </h2>
      <span className="hint figures" data-late={isLate || undefined}>
        {time(call.rangAt, true)} · {h(isLate ? 'answeredLate' : 'answeredIn', { text: span(spanOf(waited)) })}
      </span>
    </header>
  );
}

function CategoryField({ rules, draft, change, suggestions }: CallFormProps) {
  const { h, say, language } = useHotlineWords();
  const nameOf = (code: string) => say(rules.categories.find((each) => each.code === code)?.name);
  const choose = (category: string): void => change({ category, classId: undefined, classReason: '', answers: {} });
  return (
    <div className="field">
      <label htmlFor="hotline-category">{h('category')}</label>
      <select
        className="input"
        id="hotline-category"
        value={draft.category ?? ''}
        onChange={(event) => choose(event.target.value)}
      >
        <option value="" disabled>
          {h('choose')}
        </option>
        {rules.groups.map((group) => (
          <optgroup key={group.id} label={say(group.name)}>
            {rules.categories
              .filter((category) => category.group === group.id)
              .map(({ code, name }) => (
                <option key={code} value={code}>
                  {say(name)}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
      {suggestions.length > 0 && (
        <p className="suggestions" aria-live="polite">
          <span className="hint">{h('suggested')}</span>
          {suggestions.map(({ code, probability }) => {
            const { value, unit } = percentFigure(probability, language);
            return (
              <button
                key={code}
                type="button"
                className="chip"
                aria-pressed={draft.category === code}
                onClick={() => choose(code)}
              >
                {nameOf(code)} <span className="hint figures">{`${value}${unit}`}</span>
              </button>
            );
          })}
        </p>
      )}
    </div>
  );
}

function ClassField(props: {
  rules: HotlineRulesView;
  draft: Draft;
  change: (change: Partial<Draft>) => void;
  rangAt: number;
}) {
  const { rules, draft, change } = props;
  const { h, say, when, span } = useHotlineWords();
  const now = useNow();
  const chosen = classOf(draft, rules);
  const usual = rules.categories.find(({ code }) => code === draft.category)?.hotlineClass;
  const promise = promiseOf(draft, rules, props.rangAt);
  return (
    <fieldset className="hotline-class">
      <legend>{h('class')}</legend>
      <div className="classes">
        {rules.classes.map((each) => (
          <label key={each.id} title={say(each.description)}>
            <input
              type="radio"
              name="hotline-class"
              checked={chosen?.id === each.id}
              onChange={() => change({ classId: each.id === usual ? undefined : each.id })}
            />
            <span>
              {say(each.name)} <span className="quiet figures">{span(spanOf(each.minutes * MINUTE))}</span>
              {each.id === usual && <span className="hint"> {h('classUsual')}</span>}
            </span>
          </label>
        ))}
      </div>
      {needsReason(draft, rules) && (
        <div className="field">
          <label htmlFor="hotline-reason">{h('classReason')}</label>
          <input
            className="input"
            id="hotline-reason"
            value={draft.classReason}
            onChange={(event) => change({ classReason: event.target.value })}
          />
        </div>
      )}
      {promise !== undefined && (
        <p className="promise">
          {h('promise')} <strong className="figures">{h('promiseBy', { when: when(promise, now) })}</strong>
        </p>
      )}
    </fieldset>
  );
}
