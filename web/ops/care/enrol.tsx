import { type FormEvent, useState } from 'react';
import { Heading } from 'react-aria-components';
import type { CareRule, CareRules } from '#domains/community/care.types.ts';
import type { Position } from '#kernel/geo.ts';
import { Button } from '#web/kit/button.tsx';
import type { ApiError } from '../api.ts';
import '../hotline/hotline.css';
import { PlaceField } from '../hotline/place-field.tsx';
import { useNow } from '../store.ts';
import { toApiError } from '../use-polled.ts';
import { dateIn, endOfDate } from './care.view.ts';
import { enrol, GIVEN, type NewConsent } from './care-api.ts';
import { Refusal, Sheet } from './dialogs.tsx';
import { ruleWords } from './person.tsx';
import { useCareWords } from './words.ts';

interface EnrolProps {
  readonly rules: CareRules;
  readonly isOpen: boolean;
  readonly close: () => void;
  readonly done: (message: string) => void;
}

export function EnrolDialog({ isOpen, close, ...rest }: EnrolProps) {
  return (
    <Sheet isOpen={isOpen} close={close}>
      <EnrolForm close={close} {...rest} />
    </Sheet>
  );
}

/** What is asked of most people; a pack that allows less is asked for less. */
const USUAL_DAYS = 180;
const PERSON = ['name', 'phone', 'address', 'note'] as const;

const offers = ({ waterSilent, missedVisit }: CareRules): CareRule[] => [
  ...(waterSilent ? (['water-silent'] as const) : []),
  ...(missedVisit ? (['missed-visit'] as const) : []),
];

/** A consent as it was given, and only what is needed to stand at the right door. */
function EnrolForm({ rules, close, done }: Omit<EnrolProps, 'isOpen'>) {
  const { c, t, zone } = useCareWords();
  const now = useNow();
  const [chosen, setChosen] = useState<readonly CareRule[]>([]);
  const [home, setHome] = useState<{ name: string; place: Position }>();
  const [error, setError] = useState<ApiError>();
  const [missing, setMissing] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    if (chosen.length === 0) return setMissing(c('missing.rules'));
    if (!home) return setMissing(c('missing.home'));
    setMissing(undefined);
    setError(undefined);
    setBusy(true);
    try {
      await enrol(read(form, chosen, home.place, zone));
      done(c('done.enrolled'));
    } catch (cause) {
      setError(toApiError(cause));
      setBusy(false);
    }
  };
  return (
    <form className="dialog-form care-form" onSubmit={(event) => void submit(event)}>
      <Heading slot="title">{c('enrol.title')}</Heading>
      <fieldset className="choice column">
        <legend>{c('enrol.rules')}</legend>
        {offers(rules).map((rule) => {
          const { key, values } = ruleWords(rule, rules);
          const toggle = (isOn: boolean): void =>
            setChosen(isOn ? [...chosen, rule] : chosen.filter((each) => each !== rule));
          return (
            <label key={rule}>
              <input
                type="checkbox"
                checked={chosen.includes(rule)}
                onChange={({ target }) => toggle(target.checked)}
              />
              {c(key, values)}
            </label>
          );
        })}
      </fieldset>
      <fieldset className="choice">
        <legend>{c('enrol.given')}</legend>
        {GIVEN.map((each, index) => (
          <label key={each}>
            <input type="radio" name="given" value={each} defaultChecked={index === 0} />
            {c(`given.${each}`)}
          </label>
        ))}
      </fieldset>
      <Field
        name="until"
        type="date"
        required
        min={dateIn(1, now, zone)}
        max={dateIn(rules.longestDays - 1, now, zone)}
        defaultValue={dateIn(Math.min(USUAL_DAYS, rules.longestDays - 1), now, zone)}
        hint={c('enrol.longest', { count: rules.longestDays })}
      />
      <div className="home">
        <PlaceField
          name={home?.name ?? ''}
          label={c('enrol.home')}
          placeholder={c('enrol.homePlaceholder')}
          choose={(name, place) => setHome({ name, place })}
        />
        <p className="hint">{c('enrol.homeWhat')}</p>
      </div>
      {chosen.includes('water-silent') && (
        <Field name="meter" type="number" inputMode="numeric" min={1} required hint={c('enrol.meterWhat')} />
      )}
      <fieldset className="person">
        <legend>{c('enrol.person')}</legend>
        <p className="hint">{c('enrol.personWhat')}</p>
        {PERSON.map((each) => (
          <Field key={each} name={each} label={t(`personal.${each}`)} required={each === 'name'} maxLength={500} />
        ))}
      </fieldset>
      <Field name="carer" hint={c('enrol.carerWhat')} maxLength={100} />
      {missing && (
        <p className="field-error" role="alert">
          {missing}
        </p>
      )}
      <Refusal error={error} />
      <div className="footer">
        <Button onPress={close}>{t('common.cancel')}</Button>
        <Button look="primary" type="submit" isDisabled={isBusy}>
          {c('enrol.now')}
        </Button>
      </div>
    </form>
  );
}

function read(form: FormData, rules: readonly CareRule[], place: Position, zone: string): NewConsent {
  const given = (name: string): string | undefined => String(form.get(name) ?? '').trim() || undefined;
  const meter = given('meter');
  return {
    rules,
    place,
    person: Object.fromEntries(PERSON.flatMap((each) => (given(each) ? [[each, given(each)]] : []))),
    meter: meter === undefined ? undefined : Number(meter),
    carer: given('carer'),
    expiresAt: endOfDate(given('until') ?? '', zone),
    given: GIVEN.find((each) => each === given('given')) ?? GIVEN[0],
  };
}

type FieldProps = React.InputHTMLAttributes<HTMLInputElement> & {
  readonly name: string;
  readonly label?: string;
  readonly hint?: string;
};

function Field({ name, label, hint, ...rest }: FieldProps) {
  const { c } = useCareWords();
  const id = `care-${name}`;
  return (
    <div className="field">
      <label htmlFor={id}>{label ?? c(`enrol.${name}`)}</label>
      <input {...rest} className="input" id={id} name={name} aria-describedby={hint ? `${id}-hint` : undefined} />
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
