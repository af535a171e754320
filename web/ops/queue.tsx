import { ListFilter, PanelLeftClose, Search as SearchIcon, X } from 'lucide-react';
import { memo, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { Button as AriaButton, Dialog, DialogTrigger, Group, Popover } from 'react-aria-components';
import type { CaseView } from '#adapters/console/api.types.ts';
import { Button, IconButton } from '#web/kit/button.tsx';
import { WORST_FIRST } from '#web/kit/grade.view.ts';
import { Clock, GradeMark } from '#web/kit/marks.tsx';
import { Empty, Failure, SkeletonLines } from '#web/kit/states.tsx';
import { clockWords, placeWords, whoHas } from './case/words.ts';
import { retry, selectCase } from './controller.ts';
import { useWords } from './i18n.ts';
import { setPanel } from './panels.tsx';
import {
  countByGrade,
  isFiltered,
  NO_FILTER,
  type QueueFilter,
  queueOf,
  STATE_GROUPS,
  visibleRows,
} from './queue.view.ts';
import { setOps, useMoment, useOps } from './store.ts';

const ROW = 92;

export function Queue() {
  const words = useWords();
  const { t } = words;
  const cases = useOps((state) => state.cases);
  const error = useOps((state) => state.casesError);
  const filter = useOps((state) => state.filter);
  const party = useOps((state) => state.session?.account.party);
  const deferred = useDeferredValue(cases);
  const shown = useMemo(() => queueOf(deferred?.values() ?? [], filter, party), [deferred, filter, party]);
  return (
    <>
      <QueueHead shown={shown.length} />
      {error && (
        <Failure
          title={t('queue.failed')}
          message={t('failure.cityWhat')}
          code={error.code}
          retry={{ label: t('common.retry'), onPress: () => void retry() }}
        />
      )}
      {!cases && !error && <SkeletonLines lines={12} label={t('common.loading')} />}
      {cases && shown.length === 0 && !error && <Nothing isFiltered={isFiltered(filter)} />}
      {shown.length > 0 && <Rows cases={shown} />}
    </>
  );
}

function Nothing({ isFiltered: isNarrowed }: { isFiltered: boolean }) {
  const { t } = useWords();
  const at = useOps((state) => state.at);
  return isNarrowed ? (
    <Empty
      title={t('queue.noneLikeThis')}
      action={
        <Button size="small" onPress={() => setOps({ filter: NO_FILTER })}>
          {t('queue.showAll')}
        </Button>
      }
    />
  ) : (
    <Empty title={t(at === undefined ? 'queue.quiet' : 'queue.wasQuiet')}>
      {at === undefined ? t('queue.quietWhat') : undefined}
    </Empty>
  );
}

const setFilter = (filter: QueueFilter, change: Partial<QueueFilter>): void =>
  setOps({ filter: { ...filter, ...change } });

function QueueHead({ shown }: { shown: number }) {
  const { t } = useWords();
  const cases = useOps((state) => state.cases);
  const filter = useOps((state) => state.filter);
  const counts = useMemo(() => countByGrade(cases?.values() ?? []), [cases]);
  const open = counts.red + counts.orange + counts.yellow + counts.blue;
  return (
    <div className="queue-head">
      <div className="title-row">
        <h2>{t('queue.title')}</h2>
        <span className="quiet">
          {isFiltered(filter) ? t('queue.shown', { shown, open }) : t('queue.waiting', { count: open })}
        </span>
        <FilterMenu filter={filter} />
        <IconButton label={t('queue.close')} onPress={() => setPanel({ queueOpen: false })}>
          <PanelLeftClose size={16} />
        </IconButton>
      </div>
      <Group className="grade-filter" aria-label={t('queue.byGrade')}>
        {WORST_FIRST.map((grade) => (
          <AriaButton
            key={grade}
            className="grade-count"
            aria-pressed={filter.grade === grade}
            onPress={() => setFilter(filter, { grade: filter.grade === grade ? undefined : grade })}
          >
            <GradeMark grade={grade} label={t(`grade.${grade}`)} />
            <span>{counts[grade]}</span>
          </AriaButton>
        ))}
      </Group>
    </div>
  );
}

function FilterMenu({ filter }: { filter: QueueFilter }) {
  const { t, say } = useWords();
  const city = useOps((state) => state.city);
  const party = useOps((state) => state.session?.account.party);
  return (
    <DialogTrigger>
      <IconButton label={t('queue.filter')}>
        <ListFilter size={16} />
        {isFiltered(filter) && <span className="badge" aria-hidden />}
      </IconButton>
      <Popover className="popover" placement="bottom end">
        <Dialog className="filter-card" aria-label={t('queue.filter')}>
          <div className="field">
            <label htmlFor="queue-text">{t('queue.text')}</label>
            <span className="with-icon">
              <SearchIcon size={16} aria-hidden />
              <input
                id="queue-text"
                className="input"
                value={filter.text}
                onChange={(event) => setFilter(filter, { text: event.target.value })}
              />
            </span>
          </div>
          <div className="field">
            <label htmlFor="queue-domain">{t('queue.domain')}</label>
            <select
              id="queue-domain"
              className="input"
              value={filter.domain ?? ''}
              onChange={(event) => setFilter(filter, { domain: event.target.value || undefined })}
            >
              <option value="">{t('queue.anyDomain')}</option>
              {city?.domains.map((domain) => (
                <option key={domain.id} value={domain.id}>
                  {say(domain.name)}
                </option>
              ))}
            </select>
          </div>
          <div className="field">
            <span className="label" id="queue-state">
              {t('queue.state')}
            </span>
            <Group className="chips" aria-labelledby="queue-state">
              {(Object.keys(STATE_GROUPS) as (keyof typeof STATE_GROUPS)[]).map((group) => (
                <AriaButton
                  key={group}
                  className="chip"
                  aria-pressed={filter.state === group}
                  onPress={() => setFilter(filter, { state: filter.state === group ? undefined : group })}
                >
                  {t(`queue.${group}`)}
                </AriaButton>
              ))}
            </Group>
          </div>
          {party !== undefined && (
            <AriaButton
              className="chip"
              aria-pressed={filter.mine}
              onPress={() => setFilter(filter, { mine: !filter.mine })}
            >
              {t('queue.mine')}
            </AriaButton>
          )}
          {isFiltered(filter) && (
            <Button size="small" look="plain" onPress={() => setOps({ filter: NO_FILTER })}>
              <X size={16} aria-hidden />
              {t('queue.showAll')}
            </Button>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

/** Only the rows in sight are drawn; a list of a thousand scrolls like one of thirty. */
function Rows({ cases }: { cases: readonly CaseView[] }) {
  const { t } = useWords();
  const list = useRef<HTMLElement>(null);
  const [view, setView] = useState({ top: 0, height: 900 });
  const selected = useOps((state) => (state.selection?.kind === 'case' ? state.selection.id : undefined));
  const { first, last } = visibleRows(cases.length, ROW, view.top, view.height);
  const ids = useMemo(() => cases.map(({ id }) => id), [cases]);

  useEffect(() => {
    const element = list.current!;
    const observer = new ResizeObserver(() => setView({ top: element.scrollTop, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const index = selected === undefined ? -1 : ids.indexOf(selected);
    const element = list.current;
    if (index < 0 || !element) return;
    if (index * ROW < element.scrollTop) element.scrollTop = index * ROW;
    else if ((index + 1) * ROW > element.scrollTop + element.clientHeight)
      element.scrollTop = (index + 1) * ROW - element.clientHeight;
  }, [selected, ids]);

  return (
    <section
      className="rows"
      ref={list}
      aria-label={t('queue.list')}
      onScroll={(event) => setView({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })}
    >
      <ul style={{ height: cases.length * ROW }}>
        {cases.slice(first, last).map((entry, index) => (
          <li
            key={entry.id}
            style={{ top: (first + index) * ROW }}
            aria-setsize={cases.length}
            aria-posinset={first + index + 1}
          >
            <Row entry={entry} isSelected={entry.id === selected} />
          </li>
        ))}
      </ul>
    </section>
  );
}

const Row = memo(function Row({ entry, isSelected }: { entry: CaseView; isSelected: boolean }) {
  const words = useWords();
  const { t, say } = words;
  const isFresh = useOps((state) => state.fresh.has(entry.id));
  return (
    <button
      type="button"
      className="row"
      aria-current={isSelected ? 'true' : undefined}
      data-fresh={isFresh || undefined}
      onClick={() => selectCase(entry.id)}
    >
      <GradeMark grade={entry.grade} label={t(`grade.${entry.grade}`)} size={16} />
      <span className="name">{say(entry.name)}</span>
      <RowClock entry={entry} />
      <span className="place">{placeWords(words, entry)}</span>
      <span className="sentence">{say(entry.sentence)}</span>
      <span className="who">
        {whoHas(words, entry)}
        {entry.partyName && <span className="hint"> · {t(`state.${entry.state}`)}</span>}
      </span>
    </button>
  );
});

function RowClock({ entry }: { entry: CaseView }) {
  const words = useWords();
  const moment = useMoment();
  if (!entry.clock) return <span />;
  return <Clock clock={entry.clock} now={moment} words={clockWords(words)} />;
}
