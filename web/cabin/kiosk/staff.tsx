/** For whoever refills the printer: behind the kiosk's own key, so that a resident's curious finger changes nothing. */
import { type FormEvent, useState } from 'react';
import { announce, useCabin } from '../cabin.ts';
import { useWords } from '../i18n.ts';
import { Action, Field, Page } from '../parts.tsx';
import { changeKiosk, reportHealth } from './health.ts';
import { type KioskSettings, paperLeft, removeKiosk } from './settings.ts';

export function Staff({ kiosk, onClose }: { kiosk: KioskSettings; onClose: () => void }) {
  const { t } = useWords();
  const [key, setKey] = useState('');
  const [isIn, setIn] = useState(false);
  const [problem, setProblem] = useState<string>();
  function enter(event: FormEvent): void {
    event.preventDefault();
    if (key.trim() === kiosk.key) setIn(true);
    else setProblem(t('setup.wrong'));
  }
  if (isIn) return <Maintenance kiosk={kiosk} onClose={onClose} />;
  return (
    <Page title={t('staff.title')}>
      <form onSubmit={enter} noValidate>
        <Field label={t('setup.key')} error={problem}>
          {(ids) => (
            <input
              {...ids}
              className="input"
              type="password"
              autoComplete="off"
              value={key}
              onChange={(event) => setKey(event.target.value)}
            />
          )}
        </Field>
        <div className="actions">
          <Action look="primary" submit>
            {t('staff.enter')}
          </Action>
          <Action onClick={onClose}>{t('action.cancel')}</Action>
        </div>
      </form>
    </Page>
  );
}

function Maintenance({ kiosk, onClose }: { kiosk: KioskSettings; onClose: () => void }) {
  const { t, say } = useWords();
  const waiting = useCabin((state) => state.waiting);
  const isReachable = useCabin((state) => state.isReachable);
  const [roll, setRoll] = useState(String(kiosk.receiptsPerRoll));
  const [told, setTold] = useState<string>();
  const newRoll = async () => {
    changeKiosk({
      receiptsPerRoll: Math.max(1, Math.round(Number(roll)) || kiosk.receiptsPerRoll),
      printedSinceRoll: 0,
    });
    const isTold = await reportHealth();
    setTold(t(isTold ? 'staff.told' : 'staff.notTold'));
    announce(t(isTold ? 'staff.told' : 'staff.notTold'));
  };
  return (
    <Page title={say(kiosk.name)} lead={t('staff.thing', { thing: kiosk.thingId })}>
      <dl className="summary">
        <div>
          <dt>{t('staff.paper')}</dt>
          <dd>
            {paperLeft(kiosk)} % · {t('staff.printed', { count: kiosk.printedSinceRoll })}
          </dd>
        </div>
        <div>
          <dt>{t('staff.network')}</dt>
          <dd>{t(isReachable ? 'staff.networkOn' : 'network.away')}</dd>
        </div>
        <div>
          <dt>{t('staff.waiting')}</dt>
          <dd>{waiting}</dd>
        </div>
      </dl>
      <Field label={t('staff.roll')}>
        {(ids) => (
          <input
            {...ids}
            className="input"
            inputMode="numeric"
            autoComplete="off"
            value={roll}
            onChange={(event) => setRoll(event.target.value)}
          />
        )}
      </Field>
      {told && <p role="status">{told}</p>}
      <div className="actions">
        <Action look="primary" onClick={() => void newRoll()}>
          {t('staff.newRoll')}
        </Action>
        <Action onClick={onClose}>{t('action.close')}</Action>
        <Action
          look="danger"
          onClick={() => {
            removeKiosk();
            location.replace('/cabin');
          }}
        >
          {t('staff.remove')}
        </Action>
      </div>
    </Page>
  );
}
