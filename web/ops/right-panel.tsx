import { lazy, Suspense, useEffect } from 'react';
import { SkeletonLines } from '#web/kit/states.tsx';
import { CasePanel } from './case/case-panel.tsx';
import { cellOfAddress } from './cell.view.ts';
import { select } from './controller.ts';
import { DayPanel } from './day-panel.tsx';
import { useWords } from './i18n.ts';
import { useOps } from './store.ts';

const ThingPanel = lazy(() => import('./thing-panel.tsx'));
const CellPanel = lazy(() => import('./cell-panel.tsx'));

/** What is selected; with nothing selected, the city's day. */
export function RightPanel() {
  const { t } = useWords();
  const selection = useOps((state) => state.selection);
  useEffect(() => {
    const id = cellOfAddress(location.pathname);
    if (id !== undefined) select({ kind: 'cell', id });
  }, []);
  if (selection?.kind === 'case') return <CasePanel caseId={selection.id} key={selection.id} />;
  if (selection?.kind === 'thing') {
    return (
      <Suspense fallback={<SkeletonLines lines={8} label={t('common.loading')} />}>
        <ThingPanel key={selection.id} />
      </Suspense>
    );
  }
  if (selection?.kind === 'cell') {
    return (
      <Suspense fallback={<SkeletonLines lines={8} label={t('common.loading')} />}>
        <CellPanel cellId={selection.id} key={selection.id} />
      </Suspense>
    );
  }
  return <DayPanel />;
}
