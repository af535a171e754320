import { type FormEvent, useEffect, useState } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { RevealedView } from '#adapters/console/api.types.ts';
import type { PersonalField, RevealPurpose } from '#people/vault/vault.types.ts';
import { Button } from '#web/kit/button.tsx';
import { ApiError } from '../api.ts';
import { useWords } from '../i18n.ts';
import './contacts.css';
import { neededFor } from './contacts.view.ts';
import './dialogs.css';

/** In the order in which they are read out. */
const SHOWN_FIELDS: readonly PersonalField[] = ['name', 'phone', 'email', 'address', 'note'];

/** Whose contact is asked for, and how it is looked at: of a case, of somebody looked after, of a booking. */
export interface AskedContact {
  readonly fields: readonly PersonalField[];
  /** Most usual first; at least one. */
  readonly purposes: readonly RevealPurpose[];
  readonly look: (purpose: RevealPurpose, fields: readonly PersonalField[]) => Promise<RevealedView>;
}

/** Open while somebody is asked for. */
export function RevealDialog({ asked, close }: { asked: AskedContact | undefined; close: () => void }) {
  return (
    <ModalOverlay
      className="modal-overlay"
      isOpen={asked !== undefined}
      onOpenChange={(open) => !open && close()}
      isDismissable
    >
      <Modal className="modal">
        <Dialog className="dialog">{asked && <Reveal asked={asked} close={close} />}</Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** Asks why and what, then shows it until the minute is over. What was shown is forgotten with the dialog. */
function Reveal({ asked, close }: { asked: AskedContact; close: () => void }) {
  const { purposes } = asked;
  const { t } = useWords();
  const [revealed, setRevealed] = useState<RevealedView>();
  const [error, setError] = useState<ApiError>();
  const [isBusy, setBusy] = useState(false);
  const [purpose, setPurpose] = useState(purposes[0]!);
  const [fields, setFields] = useState<readonly PersonalField[]>(neededFor(purposes[0]!, asked.fields));

  const choose = (next: RevealPurpose): void => {
    setPurpose(next);
    setFields(neededFor(next, asked.fields));
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      setRevealed(await asked.look(purpose, fields));
    } catch (cause) {
      setError(cause instanceof ApiError ? cause : new ApiError(0, 'page.defect', String(cause), undefined));
    }
    setBusy(false);
  };

  if (revealed) return <Shown revealed={revealed} close={close} />;
  return (
    <form className="dialog-form" onSubmit={(event) => void submit(event)}>
      <Heading slot="title">{t('contacts.ask')}</Heading>
      <p className="notice-line">{t('contacts.willSee')}</p>
      <fieldset className="choice column">
        <legend>{t('contacts.why')}</legend>
        {purposes.map((each) => (
          <label key={each}>
            <input type="radio" name="purpose" checked={each === purpose} onChange={() => choose(each)} />
            {t(`purpose.${each}`)}
          </label>
        ))}
      </fieldset>
      <fieldset className="choice">
        <legend>{t('contacts.what')}</legend>
        {asked.fields.map((field) => (
          <label key={field}>
            <input
              type="checkbox"
              checked={fields.includes(field)}
              onChange={({ target }) =>
                setFields(target.checked ? [...fields, field] : fields.filter((each) => each !== field))
              }
            />
            {t(`personal.${field}`)}
          </label>
        ))}
      </fieldset>
      {error && (
        <p className="field-error" role="alert">
          {error.code === 'network.lost' ? t('failure.network') : error.message}{' '}
          <span className="hint">{error.code}</span>
        </p>
      )}
      <div className="footer">
        <Button onPress={close}>{t('common.cancel')}</Button>
        <Button look="primary" type="submit" isDisabled={isBusy || fields.length === 0}>
          {t('contacts.showNow')}
        </Button>
      </div>
    </form>
  );
}

function Shown({ revealed, close }: { revealed: RevealedView; close: () => void }) {
  const { t } = useWords();
  const [left, setLeft] = useState(revealed.shownSeconds);
  useEffect(() => {
    const until = Date.now() + revealed.shownSeconds * 1_000;
    const timer = setInterval(() => setLeft(Math.max(0, Math.ceil((until - Date.now()) / 1_000))), 250);
    return () => clearInterval(timer);
  }, [revealed]);
  useEffect(() => {
    if (left === 0) close();
  }, [left, close]);
  const kept = SHOWN_FIELDS.filter((field) => revealed.person[field] !== undefined);
  return (
    <div className="dialog-form">
      <Heading slot="title">{t('contacts.contact')}</Heading>
      <dl className="revealed" aria-live="polite">
        {kept.map((field) => (
          <div key={field}>
            <dt>{t(`personal.${field}`)}</dt>
            <dd>
              {field === 'phone' ? (
                <a href={`tel:${revealed.person.phone}`}>{revealed.person.phone}</a>
              ) : (
                revealed.person[field]
              )}
            </dd>
          </div>
        ))}
      </dl>
      {kept.length === 0 && <p>{t('contacts.nothing')}</p>}
      <p className="quiet">{t('contacts.covered', { seconds: left })}</p>
      <div className="footer">
        <Button look="primary" onPress={close}>
          {t('contacts.cover')}
        </Button>
      </div>
    </div>
  );
}
