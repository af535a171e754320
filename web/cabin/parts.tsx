/** The few parts every page is made of. Native elements throughout: on a slow phone the browser's own are there first. */
import { type ComponentProps, type ReactNode, useEffect, useId, useRef } from 'react';
import type { ApiError } from './api.ts';
import { cabin, useCabin } from './cabin.ts';
import { useWords } from './i18n.ts';
import { canSpeak, readPage } from './speech.ts';

/**
 * One page with one question. Its heading takes the focus when the page is entered, so that a screen reader starts there and the
 * next Tab goes to the first answer; in elder mode it is read out.
 */
export function Page(props: {
  title: string;
  lead?: ReactNode;
  progress?: { readonly step: number; readonly of: number } | undefined;
  wide?: boolean;
  children: ReactNode;
}) {
  const { t } = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  const isFirst = useRef(true);
  const name = useCabin((state) => state.route.join('/'));
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is another heading
  useEffect(() => {
    document.title = props.title;
    heading.current?.focus({ preventScroll: true });
    if (cabin.get().isElder && canSpeak()) readPage();
    isFirst.current = false;
  }, [name, props.title]);
  return (
    <div className={props.wide ? 'page wide' : 'page'}>
      {props.progress && <p className="progress">{t('page.progress', { ...props.progress })}</p>}
      <h1 ref={heading} tabIndex={-1}>
        {props.title}
      </h1>
      {props.lead && <p className="lead">{props.lead}</p>}
      {props.children}
    </div>
  );
}

type ActionProps = Omit<ComponentProps<'button'>, 'type'> & {
  look?: 'primary' | 'normal' | 'plain' | 'danger';
  submit?: boolean;
};

export const Action = ({ look = 'normal', submit = false, className = '', ...rest }: ActionProps) => (
  <button {...rest} type={submit ? 'submit' : 'button'} className={`button ${look} ${className}`} />
);

/** A large answer that is also the way on. */
export function Choice(props: {
  icon?: ReactNode;
  title: string;
  detail?: ReactNode;
  tall?: boolean;
  primary?: boolean;
  onPress: () => void;
}) {
  return (
    <button
      type="button"
      className={`choice${props.tall ? ' tall' : ''}${props.primary ? ' primary' : ''}`}
      onClick={props.onPress}
    >
      {props.icon}
      <span className="choice-words">
        <span className="choice-title">{props.title}</span>
        {props.detail && <span className="choice-detail">{props.detail}</span>}
      </span>
    </button>
  );
}

/** A label, its hint, what is wrong with it, and the field; joined for whoever does not see them together. */
export function Field(props: {
  label: ReactNode;
  hint?: string | undefined;
  error?: string | undefined;
  children: (ids: { id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean }) => ReactNode;
}) {
  const id = useId();
  const described = [props.hint && `${id}-hint`, props.error && `${id}-error`].filter(Boolean).join(' ') || undefined;
  return (
    <div className="field" data-invalid={props.error ? '' : undefined}>
      <label htmlFor={id}>{props.label}</label>
      {props.hint && (
        <p className="hint" id={`${id}-hint`}>
          {props.hint}
        </p>
      )}
      {props.error && (
        <p className="field-error" id={`${id}-error`}>
          {props.error}
        </p>
      )}
      {props.children({ id, 'aria-describedby': described, 'aria-invalid': props.error !== undefined })}
    </div>
  );
}

/** One of a few, each a line as high as a finger. */
export function Options<T extends string>(props: {
  legend: ReactNode;
  isLegendHidden?: boolean;
  hint?: string | undefined;
  error?: string | undefined;
  values: readonly { readonly key: T; readonly name: ReactNode }[];
  chosen: readonly T[];
  many?: boolean;
  inline?: boolean;
  onChange: (chosen: T[]) => void;
}) {
  const name = useId();
  return (
    <fieldset
      className={props.inline ? 'options inline' : 'options'}
      aria-describedby={props.error ? `${name}-error` : undefined}
      data-invalid={props.error ? '' : undefined}
    >
      <legend className={props.isLegendHidden ? 'visually-hidden' : undefined}>{props.legend}</legend>
      {props.hint && <p className="hint">{props.hint}</p>}
      {props.error && (
        <p className="field-error" id={`${name}-error`}>
          {props.error}
        </p>
      )}
      <div className="option-list">
        {props.values.map(({ key, name: label }) => (
          <label key={key} className="option">
            <input
              type={props.many ? 'checkbox' : 'radio'}
              name={name}
              checked={props.chosen.includes(key)}
              onChange={(event) =>
                props.onChange(
                  !props.many
                    ? [key]
                    : event.target.checked
                      ? [...props.chosen, key]
                      : props.chosen.filter((each) => each !== key),
                )
              }
            />
            <span>{label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export const Notice = (props: { tone?: 'calm' | 'wrong' | 'good'; icon?: ReactNode; children: ReactNode }) => (
  <div className="notice" data-tone={props.tone ?? 'calm'} role={props.tone === 'wrong' ? 'alert' : undefined}>
    {props.icon}
    <div>{props.children}</div>
  </div>
);

/** Grey where words will be. */
export const Waiting = ({ lines = 4 }: { lines?: number }) => {
  const { t } = useWords();
  return (
    <div className="waiting" role="status" aria-label={t('state.loading')}>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike and never move
        <div key={line} className="skeleton" />
      ))}
    </div>
  );
};

/** What went wrong in plain words, and the one thing to do about it. The code is for whoever is asked for help. */
export function Failure({ error, retry }: { error: ApiError; retry?: (() => void) | undefined }) {
  const { t } = useWords();
  return (
    <Notice tone="wrong">
      <p>{failureText(error, t)}</p>
      {error.status !== 0 && <p className="hint">{error.code}</p>}
      {retry && <Action onClick={retry}>{t('action.tryAgain')}</Action>}
    </Notice>
  );
}

type Translate = (key: string, values?: Record<string, unknown>) => string;

export function failureText(error: { readonly status: number; readonly code: string }, t: Translate): string {
  if (error.status === 0) return t('failure.network');
  if (error.status === 429) return t('failure.tooMany');
  if (error.code.endsWith('.unknown') || error.status === 404) return t('failure.unknown');
  if (error.code === 'place.outside') return t('failure.outside');
  if (error.code.startsWith('person.phone')) return t('failure.phone');
  if (error.code.startsWith('person.email')) return t('failure.email');
  if (error.code.startsWith('slot.')) return t('failure.slot');
  if (error.status >= 500) return t('failure.city');
  return t('failure.other');
}

/** One to five, by finger, mouse or arrow keys. */
export function Stars(props: { legend: string; value: number | undefined; onChange: (value: number) => void }) {
  const { t } = useWords();
  return (
    <Options
      inline
      legend={props.legend}
      hint={t('rating.scale')}
      values={['1', '2', '3', '4', '5'].map((key) => ({ key, name: key }))}
      chosen={props.value === undefined ? [] : [String(props.value)]}
      onChange={([chosen]) => props.onChange(Number(chosen))}
    />
  );
}

/** What browsers may fill in by themselves: everything at home, nothing where the next person stands. */
export const filled = (kind: string): string => (cabin.get().kiosk ? 'off' : kind);
