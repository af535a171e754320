/** Widths of the two panels and whether they are open; remembered on this machine. */
import { type KeyboardEvent, type PointerEvent, useSyncExternalStore } from 'react';
import { useWords } from './i18n.ts';

interface Panels {
  readonly queueOpen: boolean;
  readonly queueWidth: number;
  readonly rightOpen: boolean;
  readonly rightWidth: number;
}
const REMEMBERED = 'cityloom.panels';
const LIMITS = { left: [240, 560], right: [320, 760] } as const;
const USUAL: Panels = { queueOpen: true, queueWidth: 320, rightOpen: true, rightWidth: 420 };

function remembered(): Panels {
  try {
    return { ...USUAL, ...(JSON.parse(localStorage.getItem(REMEMBERED) ?? '{}') as Partial<Panels>) };
  } catch {
    return USUAL;
  }
}

let panels = remembered();
const listeners = new Set<() => void>();

export function setPanel(change: Partial<Panels>): void {
  panels = { ...panels, ...change };
  localStorage.setItem(REMEMBERED, JSON.stringify(panels));
  for (const listener of listeners) listener();
}
export const usePanels = (): Panels =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => panels,
  );

/** What the panels leave free of the map, so that a place is shown where it can be seen. */
export function freePadding(): { top: number; right: number; bottom: number; left: number } {
  const isNarrow = window.innerWidth < 900;
  return {
    top: 24,
    bottom: 24,
    left: panels.queueOpen && !isNarrow ? panels.queueWidth + 32 : 24,
    right: panels.rightOpen && !isNarrow ? panels.rightWidth + 32 : 24,
  };
}

/** The edge of a panel: dragged, or moved with the arrow keys. */
export function Resizer({ side }: { side: 'left' | 'right' }) {
  const { t } = useWords();
  const { queueWidth, rightWidth } = usePanels();
  const width = side === 'left' ? queueWidth : rightWidth;
  const [least, most] = LIMITS[side];
  const resize = (next: number): void => {
    const bounded = Math.round(Math.min(most, Math.max(least, next)));
    setPanel(side === 'left' ? { queueWidth: bounded } : { rightWidth: bounded });
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    event.preventDefault();
    const handle = event.currentTarget;
    const from = event.clientX;
    handle.setPointerCapture(event.pointerId);
    const onMove = (move: globalThis.PointerEvent): void =>
      resize(width + (move.clientX - from) * (side === 'left' ? 1 : -1));
    handle.addEventListener('pointermove', onMove);
    handle.addEventListener('pointerup', () => handle.removeEventListener('pointermove', onMove), { once: true });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowLeft' ? -16 : event.key === 'ArrowRight' ? 16 : 0;
    if (step !== 0) resize(width + step * (side === 'left' ? 1 : -1));
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a movable splitter is a focusable separator (ARIA window splitter), an hr cannot be
    <div
      className={`resizer ${side}`}
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={t('frame.resize')}
      aria-valuenow={width}
      aria-valuemin={least}
      aria-valuemax={most}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    />
  );
}
