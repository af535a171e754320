import { lazy, Suspense } from 'react';
import { SkeletonLines } from '#web/kit/states.tsx';
import { CasePanel } from './case/case-panel.tsx';
import { DayPanel } from './day-panel.tsx';
import { useWords } from './i18n.ts';
import { useOps } from './store.ts';

const ThingPanel = lazy(() => import('./thing-panel.tsx'));

/** What is selected; with nothing selected, the city's day. */
export function RightPanel() {
  const { t } = useWords();
  const selection = useOps((state) => state.selection);
  if (selection?.kind === 'case') return <CasePanel caseId={selection.id} key={selection.id} />;
  if (selection?.kind === 'thing') {
    return (
      <Suspense fallback={<SkeletonLines lines={8} label={t('common.loading')} />}>
        <ThingPanel key={selection.id} />
      </Suspense>
    );
  }
  return <DayPanel />;
}
