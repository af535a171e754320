import { type FormEvent, type ReactNode, useState } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { EnrolmentView } from '#adapters/console/api.types.ts';
import type { CareRules } from '#domains/community/care.types.ts';
import { Button } from '#web/kit/button.tsx';
import type { ApiError } from '../api.ts';
import { useNow } from '../store.ts';
import { toApiError } from '../use-polled.ts';
import { type Cared, dateIn, endOfDate } from './care.view.ts';
import { setAway, withdraw } from './care-api.ts';
import { ruleWords } from './person.tsx';
import { useCareWords } from './words.ts';

export function Sheet({ isOpen, close, children }: { isOpen: boolean; close: () => void; children: ReactNode }) {
  return (
    <ModalOverlay className="modal-overlay" isOpen={isOpen} onOpenChange={(open) => !open && close()} isDismissable>
      <Modal className="modal">
        <Dialog className="dialog">{isOpen && children}</Dialog>
      </Modal>
    </ModalOverlay>
  );
}

export function Refusal({ error }: { error: ApiError | undefined }) {
  const { c, t } = useCareWords();
  if (!error) return null;
  const known = c(`error.${error.code}`);
  const message = known === `error.${error.code}` ? error.message : known;
  return (
    <p className="field-error" role="alert">
      {error.code === 'network.lost' ? t('failure.network') : message} <span className="hint">{error.code}</span>
    </p>
  );
}

interface WithdrawProps {
  readonly enrolment: EnrolmentView | undefined;
  readonly close: () => void;
  readonly done: (message: string) => void;
}

/** A consent that was withdrawn is over: nothing brings it back but asking the person again. */
export function WithdrawDialog({ enrolment, close, done }: WithdrawProps) {
  const { c, t } = useCareWords();
  const [error, setError] = useState<ApiError>();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!enrolment) return;
    try {
      await withdraw(enrolment.id);
      setError(undefined);
      done(c('done.withdrawn'));
    } catch (cause) {
      setError(toApiError(cause));
    }
  };
  return (
    <Sheet isOpen={enrolment !== undefined} close={close}>
      <form className="dialog-form" onSubmit={(event) => void submit(event)}>
        <Heading slot="title">{c('withdraw.title')}</Heading>
        <p>
          {enrolment && c('person', { handle: enrolment.person.slice(0, 4) })} ·{' '}
          {enrolment && c(`scope.${enrolment.rule}`)}
        </p>
        <p className="notice-line">{c('withdraw.what')}</p>
        <Refusal error={error} />
        <div className="footer">
          <Button onPress={close}>{t('common.cancel')}</Button>
          <Button look="primary" type="submit">
            {c('withdraw.now')}
          </Button>
        </div>
      </form>
    </Sheet>
  );
}

interface AwayProps {
  readonly cared: Cared | undefined;
  readonly rules: CareRules;
  readonly close: () => void;
  readonly done: (message: string) => void;
}

/** Nobody worries about a quiet meter or a closed door while the person is away: for everything they agreed to. */
export function AwayDialog({ cared, rules, close, done }: AwayProps) {
  const { c, t, zone, day } = useCareWords();
  const now = useNow();
  const [error, setError] = useState<ApiError>();
  const say = async (until: number | null): Promise<void> => {
    if (!cared) return;
    try {
      for (const { id } of cared.consents) await setAway(id, until);
      setError(undefined);
      done(until === null ? c('done.back') : c('done.away', { day: day(until) }));
    } catch (cause) {
      setError(toApiError(cause));
    }
  };
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    void say(endOfDate(String(new FormData(event.currentTarget).get('until')), zone));
  };
  return (
    <Sheet isOpen={cared !== undefined} close={close}>
      <form className="dialog-form" onSubmit={submit}>
        <Heading slot="title">{c('away.title')}</Heading>
        <p>
          {c('away.what', {
            scope: (cared?.consents ?? [])
              .map(({ rule }) => c(ruleWords(rule, rules).key, ruleWords(rule, rules).values))
              .join(t('common.comma')),
          })}
        </p>
        <div className="field">
          <label htmlFor="care-until">{c('away.until')}</label>
          <input
            className="input"
            id="care-until"
            name="until"
            type="date"
            required
            min={dateIn(0, now, zone)}
            max={dateIn(rules.longestDays, now, zone)}
            defaultValue={dateIn(7, now, zone)}
          />
        </div>
        <Refusal error={error} />
        <div className="footer">
          <Button onPress={close}>{t('common.cancel')}</Button>
          {cared?.awayUntil !== undefined && <Button onPress={() => void say(null)}>{c('away.back')}</Button>}
          <Button look="primary" type="submit">
            {c('away.now')}
          </Button>
        </div>
      </form>
    </Sheet>
  );
}
