import type { FormEvent } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { StaffBookingView } from '#adapters/console/booking-api.types.ts';
import { Button } from '#web/kit/button.tsx';
import { useBookingWords } from './words.ts';

interface MissedProps {
  readonly visit: StaffBookingView | undefined;
  readonly close: () => void;
  readonly tell: (note: string | undefined) => void;
}

/** The resident reads that they were missed, so it is said on purpose, and with a reason when there is one. */
export function MissedDialog({ visit, close, tell }: MissedProps) {
  const { b, t, say } = useBookingWords();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    tell(String(new FormData(event.currentTarget).get('note')).trim() || undefined);
  };
  return (
    <ModalOverlay
      className="modal-overlay"
      isOpen={visit !== undefined}
      onOpenChange={(open) => !open && close()}
      isDismissable
    >
      <Modal className="modal">
        <Dialog className="dialog">
          {visit && (
            <form className="dialog-form" onSubmit={submit}>
              <Heading slot="title">{b(visit.kind === 'at-the-door' ? 'missed.door' : 'missed.place')}</Heading>
              <p>
                {visit.queueNumber} · {say(visit.serviceName)}
              </p>
              <p className="notice-line">{b('missed.what')}</p>
              <div className="field">
                <label htmlFor="booking-note">{b('missed.note')}</label>
                <textarea className="input" id="booking-note" name="note" maxLength={500} />
              </div>
              <div className="footer">
                <Button onPress={close}>{t('common.cancel')}</Button>
                <Button look="primary" type="submit">
                  {b('missed.now')}
                </Button>
              </div>
            </form>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
