/** My next task fills the screen: what, where, how long left, the photo, and one big button. */
import { Navigation } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ActionKind, TaskView } from '#adapters/crew/api.types.ts';
import { walkMetres } from '#kernel/walking-order.ts';
import { GradeMark } from '#web/kit/marks.tsx';
import { Ask, asks } from './ask.tsx';
import { show, stepWords, take } from './controller.ts';
import { bearingDegrees, isHere, needsPhoto, roughMetres, stepsOf, windOf } from './day.view.ts';
import { readDraft, writeDraft } from './kept.ts';
import { Empty, PhotoButton, Photos, Taken, TimeLeft, useNow } from './parts.tsx';
import { useRound } from './round.ts';
import { useCrew } from './state.ts';
import { pick, type Word, word } from './words.ts';

export function NextScreen() {
  const day = useCrew((state) => state.day);
  const chosen = useCrew((state) => state.chosen);
  const round = useRound();
  if (day === undefined) return <Empty title={word('next.noDay')} hint={word('next.noDayHint')} />;
  const task = round.find(({ id }) => id === chosen) ?? round[0];
  if (task === undefined) return <Empty title={word('next.none')} hint={word('next.noneHint')} />;
  const index = round.indexOf(task) + 1;
  return (
    <>
      <p className="count">
        {index === 1 ? word('next.first') : word('next.of', { index, count: round.length })}
        {index > 1 && (
          <button type="button" className="link" onClick={() => show('next')}>
            {word('next.back')}
          </button>
        )}
      </p>
      <Task key={task.id} task={task} />
    </>
  );
}

function Task({ task }: { task: TaskView }) {
  const [photos, setPhotos] = useDraft(task.id);
  const [asked, setAsked] = useState<ActionKind | undefined>(undefined);
  const now = useNow(useCrew((state) => state.offset));
  const [main, ...others] = stepsOf(task);

  const go = (step: ActionKind) => {
    if (asks(step)) setAsked(step);
    else void take(task, step, photos);
  };
  if (asked !== undefined)
    return (
      <Ask
        step={asked}
        task={task}
        onCancel={() => setAsked(undefined)}
        onAnswer={(details) => void take(task, asked, photos, details)}
      />
    );
  const lacksPhoto = main !== undefined && needsPhoto(task, main) && photos.length === 0;
  return (
    <article className="task" data-kind={task.kind}>
      <header>
        <p className="kind">
          {task.grade && <GradeMark grade={task.grade} label={word(`grade.${task.grade}`)} size={20} />}
          {word(`kind.${task.kind}`)}
          {task.kind === 'order' && <span className="state"> · {word(`state.${task.state}` as Word)}</span>}
        </p>
        <h1>{pick(task.title)}</h1>
        {pick(task.sentence) !== '' && <p className="sentence">{pick(task.sentence)}</p>}
        {task.reports > 0 && <p className="quiet">{word('next.told', { count: task.reports })}</p>}
      </header>
      <Where task={task} />
      {task.dueAt !== undefined && (
        <p className="clock-line">
          <TimeLeft startedAt={task.startedAt} dueAt={task.dueAt} now={now} />
        </p>
      )}
      <Photos keys={task.before} title={word('next.before')} />
      <Photos keys={task.after} title={word('next.after')} />
      <Taken photos={photos} onRemove={(at) => setPhotos(photos.filter((_, index) => index !== at))} />
      <div className="steps">
        {mayPhotograph(task) && (
          <PhotoButton
            look={lacksPhoto ? 'primary' : 'normal'}
            label={word(photos.length === 0 ? 'photo.take' : 'photo.more')}
            onPhoto={(photo) => setPhotos([...photos, photo])}
          />
        )}
        {main !== undefined && (
          <button
            type="button"
            className={`big ${lacksPhoto ? 'normal' : 'primary'}`}
            disabled={lacksPhoto}
            onClick={() => go(main)}
          >
            {stepWords(main)}
          </button>
        )}
        {others.map((step) => (
          <button
            key={step}
            type="button"
            className="big normal"
            disabled={needsPhoto(task, step) && photos.length === 0}
            onClick={() => go(step)}
          >
            {stepWords(step)}
          </button>
        ))}
      </div>
    </article>
  );
}

/** On the way there is nothing to photograph yet. */
const mayPhotograph = ({ kind, state }: TaskView): boolean =>
  kind === 'check' || kind === 'verify' || (kind === 'order' && state === 'arrived');

function Where({ task }: { task: TaskView }) {
  const fix = useCrew((state) => state.fix);
  const heading = useCrew((state) => state.heading);
  const walking = useCrew((state) => state.day?.ground?.walking);
  if (task.place === undefined) return <p className="where">{pick(task.address)}</p>;
  if (fix === undefined || walking === undefined)
    return (
      <p className="where">
        <strong>{pick(task.address)}</strong>
      </p>
    );
  const from = [fix.lon, fix.lat] as const;
  const metres = roughMetres(walkMetres(from, task.place, walking.detourFactor));
  const bearing = bearingDegrees(from, task.place);
  const far = metres < 1_000 ? word('next.far', { metres }) : word('next.farKm', { km: (metres / 1_000).toFixed(1) });
  return (
    <div className="where">
      {!isHere(from, task.place) && (
        <Navigation
          className="arrow"
          size={44}
          aria-hidden="true"
          style={{ rotate: `${bearing - (heading ?? 0) - 45}deg` }}
        />
      )}
      <p>
        <strong>{pick(task.address)}</strong>
        {isHere(from, task.place) ? (
          <span>{word('next.here')}</span>
        ) : (
          <span>
            {far} · {word(`wind.${windOf(bearing)}` as Word)} ·{' '}
            {word('next.walk', { count: Math.max(1, Math.round(metres / walking.metresPerMinute)) })}
          </span>
        )}
      </p>
      <button type="button" className="link" onClick={() => show('map', task.id)}>
        {word('next.showMap')}
      </button>
    </div>
  );
}

/** Photos of a task that is not finished; they outlive a phone that restarts. */
function useDraft(task: string): [readonly Blob[], (photos: readonly Blob[]) => void] {
  const [photos, setPhotos] = useState<readonly Blob[]>([]);
  useEffect(() => {
    let isGone = false;
    void readDraft(task).then((kept) => {
      if (!isGone) setPhotos(kept);
    });
    return () => {
      isGone = true;
    };
  }, [task]);
  return [
    photos,
    (next) => {
      setPhotos(next);
      void writeDraft(task, next);
    },
  ];
}
