/** Once, by staff: this device becomes the kiosk that its key belongs to. */
import { type FormEvent, useState } from 'react';
import type { KioskView } from '#adapters/residents/api.types.ts';
import { type ApiError, call } from '../api.ts';
import { useWords } from '../i18n.ts';
import { Action, Field, Notice, Page } from '../parts.tsx';
import { writeKiosk } from './settings.ts';

const RECEIPTS_PER_ROLL = 250;

export const askKiosk = (thing: number, key: string) =>
  call<KioskView>('GET', `/kiosk?thing=${thing}`, undefined, { authorization: `Bearer ${key}` });

export default function Setup({ thing }: { thing: number }) {
  const { t } = useWords();
  const [key, setKey] = useState('');
  const [error, setError] = useState<ApiError>();
  async function save(event: FormEvent): Promise<void> {
    event.preventDefault();
    try {
      const view = await askKiosk(thing, key.trim());
      writeKiosk({ ...view, key: key.trim(), receiptsPerRoll: RECEIPTS_PER_ROLL, printedSinceRoll: 0 });
      location.replace(`/cabin?kiosk=${thing}`);
    } catch (failure) {
      setError(failure as ApiError);
    }
  }
  return (
    <Page title={t('setup.title')} lead={t('setup.lead', { thing })}>
      {error && <Notice tone="wrong">{t(error.status === 0 ? 'failure.network' : 'setup.wrong')}</Notice>}
      <form onSubmit={(event) => void save(event)} noValidate>
        <Field label={t('setup.key')} hint={t('setup.keyHint')}>
          {(ids) => (
            <input
              {...ids}
              className="input"
              type="password"
              autoComplete="off"
              spellCheck={false}
              value={key}
              onChange={(event) => setKey(event.target.value)}
            />
          )}
        </Field>
        <div className="actions onward">
          <Action look="primary" submit disabled={key.trim() === ''}>
            {t('setup.save')}
          </Action>
        </div>
      </form>
    </Page>
  );
}
