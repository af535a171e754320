import { LocateFixed } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { CellView } from '#adapters/crew/api.types.ts';
import { boundsOf } from '#kernel/geo.ts';
import { IconButton } from '#web/kit/button.tsx';
import { GradeMark } from '#web/kit/marks.tsx';
import { Failure, Skeleton, SkeletonLines } from '#web/kit/states.tsx';
import { ApiError, getCell } from './api.ts';
import { Part } from './case/part.tsx';
import './cell.css';
import { eventKey } from './cell.view.ts';
import { selectCase } from './controller.ts';
import { useWords } from './i18n.ts';
import { showOnMap } from './map/show.ts';
import { PanelHead } from './panel-head.tsx';
import { useMoment } from './store.ts';

const SHOWN = 6;

/** One cell: who answers for it by name, what is open, what happened, what stands there. */
export default function CellPanel({ cellId }: { cellId: string }) {
  const { t, say } = useWords();
  const { cell, error, load } = useCell(cellId);
  if (error)
    return (
      <>
        <PanelHead title={t('cell.failed')} canClose />
        <Failure
          title={t('failure.city')}
          message={error.message}
          code={error.code}
          retry={{ label: t('common.retry'), onPress: load }}
        />
      </>
    );
  if (!cell)
    return (
      <>
        <PanelHead title={<Skeleton width={180} height={18} />} canClose />
        <SkeletonLines lines={8} label={t('common.loading')} />
      </>
    );
  const [west, south, east, north] = boundsOf(cell.polygon[0] ?? []);
  return (
    <>
      <PanelHead title={say(cell.name)} canClose>
        <div className="case-place">
          <span className="quiet">
            {[cell.community, cell.street].flatMap((name) => (name ? say(name) : [])).join(' · ')}
          </span>
          <IconButton label={t('case.showOnMap')} onPress={() => showOnMap([(west + east) / 2, (south + north) / 2])}>
            <LocateFixed size={16} />
          </IconButton>
        </div>
        {cell.residents !== undefined && <p className="quiet">{t('cell.residents', { count: cell.residents })}</p>}
      </PanelHead>
      <div className="panel-body cell-panel">
        <Responsible cell={cell} />
        <Open cell={cell} />
        <Happened cell={cell} />
        <Components cell={cell} />
      </div>
    </>
  );
}

function useCell(cellId: string) {
  const [cell, setCell] = useState<CellView | undefined>(undefined);
  const [error, setError] = useState<ApiError | undefined>(undefined);
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another try is asked for by counting
  useEffect(() => {
    let isGone = false;
    getCell(cellId).then(
      (found) => {
        if (!isGone) setCell(found);
      },
      (cause: unknown) => {
        if (!isGone && cause instanceof ApiError) setError(cause);
      },
    );
    return () => {
      isGone = true;
    };
  }, [cellId, tries]);
  const load = () => {
    setError(undefined);
    setTries(tries + 1);
  };
  return { cell, error, load };
}

function Responsible({ cell }: { cell: CellView }) {
  const { t, say } = useWords();
  const { responsible } = cell;
  return (
    <section>
      <h3>{t('cell.responsible')}</h3>
      {responsible ? (
        <p>
          <strong>{responsible.name}</strong> <span className="quiet">{say(responsible.partyName)}</span>{' '}
          {responsible.phone && <a href={`tel:${responsible.phone}`}>{responsible.phone}</a>}
        </p>
      ) : (
        <p className="quiet">{t('cell.nobody')}</p>
      )}
    </section>
  );
}

function Open({ cell }: { cell: CellView }) {
  const { t, say } = useWords();
  return (
    <Part title={t('cell.open')} count={String(cell.open.length)}>
      {cell.open.length === 0 && <p className="quiet">{t('cell.nothingOpen')}</p>}
      <ul className="cell-rows">
        {cell.open.map((each) => (
          <li key={each.id}>
            <button type="button" onClick={() => selectCase(each.id)}>
              <GradeMark grade={each.grade} label={t(`grade.${each.grade}`)} />
              <span>{say(each.name)}</span>
              <span className="quiet">{t(`state.${each.state}`)}</span>
            </button>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Happened({ cell }: { cell: CellView }) {
  const { t, say, when } = useWords();
  const now = useMoment();
  return (
    <Part title={t('cell.happened')}>
      {cell.happened.length === 0 && <p className="quiet">{t('cell.nothingHappened')}</p>}
      <ol className="cell-rows">
        {cell.happened.map((event) => (
          <li key={`${event.at} ${event.kind} ${event.caseId}`}>
            <time className="quiet">{when(event.at, now)}</time>
            <span>
              {event.kind === 'patrol' ? t(`cellEvent.${eventKey(event)}`) : say(event.title)}
              {event.kind === 'patrol' && say(event.title) !== '' && `, ${say(event.title)}`}
            </span>
            <span className="quiet">{event.kind === 'case' ? t(`state.${event.state}`) : event.by}</span>
          </li>
        ))}
      </ol>
    </Part>
  );
}

function Components({ cell }: { cell: CellView }) {
  const { t, say } = useWords();
  const all = cell.components.reduce((sum, { things }) => sum + things.length, 0);
  return (
    <Part title={t('cell.components')} count={String(all)}>
      {all === 0 && <p className="quiet">{t('cell.nothing')}</p>}
      <dl className="cell-components">
        {cell.components.map(({ domain, className, things }) => (
          <div key={`${domain} ${say(className)}`}>
            <dt>
              {say(className)} <span className="figures quiet">{things.length}</span>
            </dt>
            <dd className="quiet">
              {things
                .slice(0, SHOWN)
                .map(({ name }) => say(name))
                .join(', ')}
              {things.length > SHOWN && ` ${t('cell.more', { count: things.length - SHOWN })}`}
            </dd>
          </div>
        ))}
      </dl>
    </Part>
  );
}
