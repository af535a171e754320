import { HeartHandshake, UserRound } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { CaseContactsView, CaseDetailView } from '#adapters/console/api.types.ts';
import { Button } from '#web/kit/button.tsx';
import { getContacts, revealContact } from '../api.ts';
import { useWords } from '../i18n.ts';
import { useMoment, useOps } from '../store.ts';
import './contacts.css';
import { Part } from './part.tsx';
import { RevealDialog } from './reveal.tsx';

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
      <RevealDialog
        asked={
          asked && {
            fields: asked.fields,
            purposes: view.purposes,
            look: (purpose, fields) => revealContact(detail.id, asked.id, purpose, fields),
          }
        }
        close={() => setAsked(undefined)}
      />
    </Part>
  );
}
