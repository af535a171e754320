import { FastForward, Pause, Play } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import { Button as AriaButton, Group } from 'react-aria-components';
import { gradeRank } from '#kernel/words.ts';
import { IconButton } from '#web/kit/button.tsx';
import { axisTimes } from '#web/kit/time.view.ts';
import {
  instantAt,
  keyStep,
  liveWindow,
  SPEEDS,
  shareOf,
  type TimeWindow,
  WINDOW_HOURS,
  windowHolding,
} from './conductor.view.ts';
import { goLive, goTo, loadDays, setPlaying } from './controller.ts';
import { useWords } from './i18n.ts';
import { setOps, useNow, useOps } from './store.ts';

/** One time for everything: drag it and map, queue, gauges and charts show the city as it was then. */
export function Conductor() {
  const { t } = useWords();
  const at = useOps((state) => state.at);
  const isPlaying = useOps((state) => state.isPlaying);
  const speed = useOps((state) => state.speed);
  const hours = useOps((state) => state.windowHours);
  const isLive = at === undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another window or another day needs other days
  useEffect(() => void loadDays(), [hours, isLive]);
  return (
    <section className="conductor" aria-label={t('time.title')}>
      <IconButton
        label={t(isPlaying ? 'time.pause' : 'time.play')}
        isDisabled={at === undefined}
        onPress={() => setPlaying(!isPlaying)}
      >
        {isPlaying ? <Pause size={16} /> : <Play size={16} />}
      </IconButton>
      <Group className="segments" aria-label={t('time.speed')}>
        {SPEEDS.map((each) => (
          <AriaButton key={each} aria-pressed={speed === each} onPress={() => setOps({ speed: each })}>
            {each}×
          </AriaButton>
        ))}
      </Group>
      <TimeLine hours={hours} />
      <AriaButton className="to-live" isDisabled={at === undefined} onPress={goLive}>
        <FastForward size={16} aria-hidden />
        {t('time.live')}
      </AriaButton>
      <Group className="segments" aria-label={t('time.window')}>
        {WINDOW_HOURS.map((each) => (
          <AriaButton key={each} aria-pressed={hours === each} onPress={() => setOps({ windowHours: each })}>
            {t('time.hours', { count: each })}
          </AriaButton>
        ))}
      </Group>
    </section>
  );
}

function TimeLine({ hours }: { hours: number }) {
  const { t, time, zone, when } = useWords();
  const now = useNow();
  const at = useOps((state) => state.at);
  const line = useRef<HTMLDivElement>(null);
  const [held, setHeld] = useState<TimeWindow>();
  const [pointed, setPointed] = useState<number>();
  const window = useWindow(hours, held);
  const moment = at ?? now;

  const instantOf = (event: PointerEvent): number | undefined => {
    const box = line.current!.getBoundingClientRect();
    return instantAt(window, (event.clientX - box.left) / box.width, now);
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    setHeld(window);
    setPlaying(false);
    goTo(instantOf(event));
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    const instant = instantOf(event);
    setPointed(instant ?? now);
    if (held) goTo(instant);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = keyStep(event.key, window);
    if (event.key === 'Home') goTo(window.begin);
    else if (event.key === 'End') goLive();
    else if (step === 0) return;
    else goTo(moment + step >= now ? undefined : moment + step);
    event.preventDefault();
  };
  const left = (instant: number): string => `${shareOf(window, instant) * 100}%`;

  return (
    <div
      className="time-line"
      ref={line}
      role="slider"
      tabIndex={0}
      aria-label={t('time.title')}
      aria-valuemin={window.begin}
      aria-valuemax={now}
      aria-valuenow={moment}
      aria-valuetext={at === undefined ? t('time.nowIs', { time: time(now) }) : when(moment, now)}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => setHeld(undefined)}
      onPointerLeave={() => setPointed(undefined)}
      onKeyDown={onKeyDown}
    >
      <div className="past" style={{ width: left(Math.min(now, window.end)) }} />
      {axisTimes(window.begin, window.end, 9, zone)
        .filter((instant) => isInside(shareOf(window, instant)))
        .map((instant) => (
          <span className="hour" key={instant} style={{ left: left(instant) }}>
            {time(instant)}
          </span>
        ))}
      <Ticks window={window} moment={moment} />
      {shareOf(window, now) <= 1 && <span className="now" style={{ left: left(now) }} aria-hidden />}
      {pointed !== undefined && !held && (
        <span className="pointed" style={{ left: left(pointed) }}>
          {time(pointed)}
        </span>
      )}
      <span className="head" style={{ left: left(moment) }} data-live={at === undefined || undefined}>
        {at !== undefined && <span className="head-time">{time(moment, hours === 1)}</span>}
      </span>
    </div>
  );
}

/** A label that would be cut at an end is left out. */
const isInside = (share: number): boolean => share > 0.02 && share < 0.98;

/** Follows the present by the minute; in the past it moves only as far as needed to keep the head in sight. */
function useWindow(hours: number, held: TimeWindow | undefined): TimeWindow {
  const now = useNow();
  const at = useOps((state) => state.at);
  const last = useRef<TimeWindow>(undefined);
  if (held) return held;
  const stale = last.current === undefined || Math.round((last.current.end - last.current.begin) / 3_600_000) !== hours;
  const base = at === undefined || stale ? liveWindow(now, hours) : last.current!;
  const next = at === undefined ? base : windowHolding(base, at, now);
  last.current = next;
  return next;
}

/** Every case as a tick where it began, worst drawn last and tallest. */
function Ticks({ window, moment }: { window: TimeWindow; moment: number }) {
  const days = useOps((state) => state.days);
  const ticks = useMemo(() => {
    const all = [...days.values()].flatMap((day) => day.ticks);
    return all.sort((a, b) => gradeRank(a.grade) - gradeRank(b.grade));
  }, [days]);
  return (
    <svg className="ticks" preserveAspectRatio="none" viewBox="0 0 1000 18" aria-hidden="true">
      {ticks.map((tick) => {
        const x = shareOf(window, tick.at) * 1_000;
        if (x < 0 || x > 1_000) return null;
        const height = 4 + gradeRank(tick.grade) * 3;
        return (
          <line
            key={tick.caseId}
            x1={x}
            x2={x}
            y1={18}
            y2={18 - height}
            stroke={`var(--grade-${tick.grade})`}
            opacity={tick.at > moment ? 0.3 : 1}
            strokeWidth={2}
            vectorEffect="non-scaling-stroke"
          />
        );
      })}
    </svg>
  );
}
