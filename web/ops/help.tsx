import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Button } from '#web/kit/button.tsx';
import { useWords } from './i18n.ts';
import { setOps, useOps } from './store.ts';

const KEYS = [
  ['J', 'help.next'],
  ['K', 'help.previous'],
  ['Enter', 'help.open'],
  ['A', 'help.acknowledge'],
  ['D', 'help.dispatch'],
  ['/', 'help.search'],
  ['← →', 'help.time'],
  ['Esc', 'help.leave'],
  ['?', 'help.help'],
] as const;

export function Help() {
  const { t } = useWords();
  const isOpen = useOps((state) => state.dialog?.kind === 'help');
  const close = (): void => setOps({ dialog: undefined });
  return (
    <ModalOverlay className="modal-overlay" isOpen={isOpen} onOpenChange={close} isDismissable>
      <Modal className="modal">
        <Dialog className="dialog">
          <Heading slot="title">{t('help.title')}</Heading>
          <dl className="keys">
            {KEYS.map(([key, meaning]) => (
              <div key={key}>
                <dt>
                  <kbd className="key">{key}</kbd>
                </dt>
                <dd>{t(meaning)}</dd>
              </div>
            ))}
          </dl>
          <div className="footer">
            <Button onPress={close}>{t('common.close')}</Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
