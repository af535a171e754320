/** What the city keeps about the person behind a receipt, who looked at it, and how to take or erase it. */
import { Download, Eye, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { OwnDataView } from '#adapters/residents/api.types.ts';
import { type ApiError, eraseOwnData, getOwnData } from '../api.ts';
import { announce, useCabin } from '../cabin.ts';
import { useWords } from '../i18n.ts';
import { Action, Failure, Notice, Page, Waiting } from '../parts.tsx';
import { useRemote } from '../remote.ts';

export function OwnData({ code }: { code: string }) {
  const { t } = useWords();
  const isKiosk = useCabin((state) => state.kiosk !== undefined);
  const { value, error, reload, set } = useRemote(`data ${code}`, () => getOwnData(code));
  if (!value)
    return <Page title={t('data.title')}>{error ? <Failure error={error} retry={reload} /> : <Waiting />}</Page>;
  return (
    <Page title={t('data.title')} lead={t('data.lead')}>
      <KeptFields data={value} />
      <Looks accesses={value.accesses} />
      <div className="actions">
        {!isKiosk && (
          <Action onClick={() => save(value)}>
            <Download aria-hidden size={24} />
            {t('data.export')}
          </Action>
        )}
      </div>
      {value.fields.length > 0 && <Erase code={code} onErased={set} />}
    </Page>
  );
}

/** A file for the person, written by their own browser. Not in a kiosk: the next person would find it. */
function save(data: OwnDataView): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `cityloom-${data.follow.code}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}

function KeptFields({ data }: { data: OwnDataView }) {
  const { t, day } = useWords();
  if (data.erased)
    return <Notice tone="good">{t(`data.erased.${data.erased.reason}`, { day: day(data.erased.erasedAt) })}</Notice>;
  if (data.fields.length === 0) return <p>{t('data.nothing')}</p>;
  return (
    <section>
      <h2>{t('data.kept')}</h2>
      <dl className="summary">
        {data.fields.map((field) => (
          <div key={field}>
            <dt>{t(`contact.${field}`)}</dt>
            <dd>{data.contact?.[field] ?? '•••'}</dd>
          </div>
        ))}
      </dl>
      <p className="hint">
        {data.until === undefined ? t('data.whileOpen') : t('data.until', { day: day(data.until) })}
      </p>
    </section>
  );
}

function Looks({ accesses }: { accesses: OwnDataView['accesses'] }) {
  const { t, when } = useWords();
  return (
    <section>
      <h2>{t('data.looks')}</h2>
      {accesses.length === 0 && <p className="quiet">{t('data.noLooks')}</p>}
      <ul className="rows">
        {accesses.map((access) => (
          <li key={`${access.at} ${access.by}`} className="row">
            <Eye aria-hidden size={28} />
            <div>
              <p className="strong">{access.by}</p>
              <p>{t(`purpose.${access.purpose}`)}</p>
              <p className="hint">
                {when(access.at)} · {access.fields.map((field) => t(`contact.${field}`)).join(', ')}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Erase({ code, onErased }: { code: string; onErased: (data: OwnDataView) => void }) {
  const { t } = useWords();
  const [isAsking, setAsking] = useState(false);
  const [error, setError] = useState<ApiError>();
  if (!isAsking)
    return (
      <div className="actions">
        <Action look="danger" onClick={() => setAsking(true)}>
          <Trash2 aria-hidden size={24} />
          {t('data.erase')}
        </Action>
      </div>
    );
  return (
    <Notice tone="wrong">
      <p>{t('data.eraseSure')}</p>
      {error && <Failure error={error} />}
      <div className="actions">
        <Action
          look="danger"
          onClick={() =>
            eraseOwnData(code).then((data) => {
              announce(t('data.done'));
              onErased(data);
            }, setError)
          }
        >
          {t('data.eraseNow')}
        </Action>
        <Action onClick={() => setAsking(false)}>{t('action.cancel')}</Action>
      </div>
    </Notice>
  );
}
