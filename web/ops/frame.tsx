import { PanelLeftOpen, PanelRightOpen } from 'lucide-react';
import { type CSSProperties, lazy, Suspense } from 'react';
import { IconButton } from '#web/kit/button.tsx';
import { Skeleton, SkeletonLines } from '#web/kit/states.tsx';
import { ActionDialogs } from './case/dialogs.tsx';
import { Conductor } from './conductor.tsx';
import { DeskKeys } from './desk-keys.tsx';
import { Help } from './help.tsx';
import { useWords } from './i18n.ts';
import { Resizer, setPanel, usePanels } from './panels.tsx';
import { Queue } from './queue.tsx';
import { RightPanel } from './right-panel.tsx';
import { Search } from './search.tsx';
import { TopBar } from './top-bar.tsx';

const MapView = lazy(() => import('./map/map-view.tsx'));

const widthOf = (pixels: number): CSSProperties => ({ '--width': `${pixels}px` }) as CSSProperties;

/** The desk: the map is the ground, everything else lies on it. */
export function Frame() {
  const { t } = useWords();
  const panels = usePanels();
  return (
    <div className="frame">
      <a className="skip" href="#queue">
        {t('frame.skip')}
      </a>
      <TopBar />
      <div className="ground">
        <Suspense fallback={<div className="map" />}>
          <MapView />
        </Suspense>
      </div>
      {panels.queueOpen ? (
        <section className="panel left" id="queue" aria-label={t('queue.title')} style={widthOf(panels.queueWidth)}>
          <Queue />
          <Resizer side="left" />
        </section>
      ) : (
        <div className="panel-tab left">
          <IconButton label={t('queue.open')} onPress={() => setPanel({ queueOpen: true })}>
            <PanelLeftOpen size={20} />
          </IconButton>
        </div>
      )}
      {panels.rightOpen ? (
        <section className="panel right" aria-label={t('right.title')} style={widthOf(panels.rightWidth)}>
          <RightPanel />
          <Resizer side="right" />
        </section>
      ) : (
        <div className="panel-tab right">
          <IconButton label={t('right.open')} onPress={() => setPanel({ rightOpen: true })}>
            <PanelRightOpen size={20} />
          </IconButton>
        </div>
      )}
      <Conductor />
      <Search />
      <ActionDialogs />
      <Help />
      <DeskKeys />
    </div>
  );
}

/** What is seen while the city is asked who we are: the frame itself, empty. */
export function FrameSkeleton() {
  const { t } = useWords();
  return (
    <div className="frame" aria-busy="true">
      <div className="top-bar">
        <strong>Cityloom</strong>
        <Skeleton width={360} />
      </div>
      <div className="panel left" style={widthOf(320)}>
        <SkeletonLines lines={9} label={t('common.loading')} />
      </div>
      <div className="conductor" />
    </div>
  );
}
