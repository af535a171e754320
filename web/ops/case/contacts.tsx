import { HeartHandshake, UserRound } from 'lucide-react';
import { type FormEvent, useEffect, useState } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { CaseContactsView, CaseDetailView, RevealedView } from '#adapters/console/api.types.ts';
import type { PersonalField, RevealPurpose } from '#people/vault/vault.types.ts';
import { Button } from '#web/kit/button.tsx';
import { ApiError, getContacts, revealContact } from '../api.ts';
import { useWords } from '../i18n.ts';
import { useMoment, useOps } from '../store.ts';
import './contacts.css';
import { neededFor } from './contacts.view.ts';
import { Part } from './part.tsx';

/** In the order in which they are read out. */
const SHOWN_FIELDS: readonly PersonalField[] = ['name', 'phone', 'email', 'address', 'note'];

type Contact = CaseContactsView['contacts'][number];

/** Who told us: how many, never who. A contact is shown on request, for a reason, for a minute. */
export function Contacts({ detail }: { detail: CaseDetailView }) {
  const { t, when } = useWords();
  const moment = useMoment();
  const isAllowed = useOps((state) => state.at === undefined && state.session?.permissions.includes('vault.reveal'));
  const [view, setView] = useState<CaseContactsView>();
  const [asked, setAsked] = useState<Contact>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another report may bring another contact
  useEffect(() => {
    if (!isAllowed) return;
    let isCurrent = true;
    getContacts(detail.id).then(
      (next) => isCurrent && setView(next),
      () => undefined, // the case itself says what went wrong
    );
    return () => {
      isCurrent = false;
    };
  }, [detail.id, detail.reports, detail.findings, isAllowed]);
  if (!view || !isAllowed || (view.told === 0 && view.contacts.length === 0)) return null;
  const withContact = view.contacts.filter(({ kind, erasedAt }) => kind === 'resident' && !erasedAt).length;
  const count = view.told > 0 ? t('contacts.count', { count: view.told, contacts: withContact }) : undefined;
  return (
    <Part title={t('contacts.title')} count={count}>
      <ul className="contacts">
        {view.contacts.map((contact) => (
          <li key={contact.id}>
            {contact.kind === 'care' ? <HeartHandshake size={16} aria-hidden /> : <UserRound size={16} aria-hidden />}
            <span>
              {t(`contacts.kind.${contact.kind}`)} <span className="hint">{when(contact.at, moment)}</span>
              <span className="quiet kept">
                {contact.erasedAt
                  ? t('contacts.erased', { when: when(contact.erasedAt, moment) })
                  : contact.fields.map((field) => t(`personal.${field}`)).join(t('common.comma'))}
              </span>
            </span>
            {!contact.erasedAt && view.purposes.length > 0 && (
              <Button size="small" onPress={() => setAsked(contact)}>
                {t('contacts.show')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {view.purposes.length === 0 && view.contacts.length > 0 && <p className="hint">{t('contacts.notYours')}</p>}
      <ModalOverlay
        className="modal-overlay"
        isOpen={asked !== undefined}
        onOpenChange={(open) => !open && setAsked(undefined)}
        isDismissable
      >
        <Modal className="modal">
          <Dialog className="dialog">
            {asked && (
              <Reveal caseId={detail.id} contact={asked} purposes={view.purposes} close={() => setAsked(undefined)} />
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </Part>
  );
}

interface RevealProps {
  readonly caseId: string;
  readonly contact: Contact;
  readonly purposes: readonly RevealPurpose[];
  readonly close: () => void;
}

/** Asks why and what, then shows it until the minute is over. What was shown is forgotten with the dialog. */
function Reveal({ caseId, contact, purposes, close }: RevealProps) {
  const { t } = useWords();
  const [revealed, setRevealed] = useState<RevealedView>();
  const [error, setError] = useState<ApiError>();
  const [isBusy, setBusy] = useState(false);
  const [purpose, setPurpose] = useState(purposes[0]!);
  const [fields, setFields] = useState<readonly PersonalField[]>(neededFor(purposes[0]!, contact.fields));

  const choose = (next: RevealPurpose): void => {
    setPurpose(next);
    setFields(neededFor(next, contact.fields));
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      setRevealed(await revealContact(caseId, contact.id, purpose, fields));
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
        {contact.fields.map((field) => (
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
