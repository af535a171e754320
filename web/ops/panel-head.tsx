import { PanelRightClose, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { IconButton } from '#web/kit/button.tsx';
import { select } from './controller.ts';
import { useWords } from './i18n.ts';
import { setPanel } from './panels.tsx';

/** Head of the right panel: the title says what lies below, the corner closes it. */
export function PanelHead(props: { title: ReactNode; aside?: ReactNode; children?: ReactNode; canClose: boolean }) {
  const { t } = useWords();
  return (
    <header className="panel-head">
      <div className="title-row">
        <h2 tabIndex={-1}>{props.title}</h2>
        {props.aside}
        {props.canClose ? (
          <IconButton label={t('right.leave')} shortcut="Esc" onPress={() => select(undefined)}>
            <X size={16} />
          </IconButton>
        ) : (
          <IconButton label={t('right.close')} onPress={() => setPanel({ rightOpen: false })}>
            <PanelRightClose size={16} />
          </IconButton>
        )}
      </div>
      {props.children}
    </header>
  );
}
