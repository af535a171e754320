import { useEffect } from 'react';
import { requestAction } from './case/request.ts';
import { select, selectCase } from './controller.ts';
import { neighbour } from './queue.view.ts';
import { shownQueue } from './queue-shown.ts';
import { getOps, setOps } from './store.ts';

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

/** The keys of the desk: J K move, Enter opens, A acknowledges, D dispatches, / searches, ? helps, Escape lets go. */
export function DeskKeys() {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const { dialog, isSearching } = getOps();
      if (dialog || isSearching || document.querySelector('.modal, .popover')) return;
      if (press(event.key, event.target)) event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return null;
}

function press(key: string, target: EventTarget | null): boolean {
  const { selection, detail } = getOps();
  const selected = selection?.kind === 'case' ? selection.id : undefined;
  switch (key.toLowerCase()) {
    case 'j':
    case 'k': {
      const next = neighbour(shownQueue(), selected, key.toLowerCase() === 'j' ? 1 : -1);
      if (next) selectCase(next);
      return true;
    }
    case 'enter':
      if (target !== document.body) return false;
      document.querySelector<HTMLElement>('.panel.right h1, .panel.right h2')?.focus();
      return true;
    case 'a':
      if (detail?.actions.includes('acknowledge')) requestAction(detail.id, 'acknowledge');
      return true;
    case 'd':
      if (detail?.actions.includes('dispatch')) requestAction(detail.id, 'dispatch');
      return true;
    case '/':
      setOps({ isSearching: true });
      return true;
    case '?':
      setOps({ dialog: { kind: 'help' } });
      return true;
    case 'escape':
      if (getOps().locating) setOps({ locating: undefined });
      else select(undefined);
      return true;
    default:
      return false;
  }
}
