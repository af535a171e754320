import { memo } from 'react';
import type { Grade } from '#kernel/words.ts';
import { type ClockFace, type ClockInput, clockFace } from './clock.view.ts';
import { GRADE_PATH } from './grade.view.ts';
import { sparkline } from './sparkline.view.ts';

/** A grade as shape and colour; `label` is its word for those who do not see it. */
export const GradeMark = memo(function GradeMark({
  grade,
  label,
  size = 14,
}: {
  grade: Grade;
  label: string;
  size?: number;
}) {
  const colour = `var(--grade-${grade})`;
  return (
    <svg className="mark" width={size} height={size} viewBox="0 0 16 16" role="img" aria-label={label}>
      <path
        d={GRADE_PATH[grade]}
        fill={grade === 'red' ? colour : `color-mix(in srgb, ${colour} 22%, transparent)`}
        stroke={colour}
        strokeWidth={2}
        strokeLinejoin="round"
      />
    </svg>
  );
});

/** A thin ring that empties; the words beside it are given, because only the screen knows its language. */
export function Clock({
  clock,
  now,
  words,
  isRingOnly = false,
}: {
  clock: ClockInput;
  now: number;
  words: (face: ClockFace) => string;
  isRingOnly?: boolean;
}) {
  const face = clockFace(clock, now);
  const around = 2 * Math.PI * 5.5;
  const label = words(face);
  return (
    <span className="clock" data-tone={face.tone}>
      {face.tone !== 'overdue' && (
        <svg width={14} height={14} viewBox="0 0 14 14" aria-hidden="true">
          <circle className="track" cx={7} cy={7} r={5.5} fill="none" strokeWidth={1.5} />
          <circle
            className="hand"
            cx={7}
            cy={7}
            r={5.5}
            fill="none"
            strokeWidth={1.5}
            strokeDasharray={`${around * face.share} ${around}`}
            transform="rotate(-90 7 7)"
          />
        </svg>
      )}
      <span className={isRingOnly && face.tone === 'calm' ? 'visually-hidden' : undefined}>{label}</span>
    </span>
  );
}

export const Spark = memo(function Spark(props: {
  values: readonly (number | null)[];
  width: number;
  height: number;
  normal?: readonly [number, number] | undefined;
}) {
  const { path, last, band } = sparkline(props.values, props.width, props.height, props.normal);
  return (
    <svg
      className="sparkline"
      width={props.width}
      height={props.height}
      viewBox={`0 0 ${props.width} ${props.height}`}
      aria-hidden="true"
    >
      {band && <rect className="band" x={0} y={band.top} width={props.width} height={Math.max(1, band.height)} />}
      <path className="trace" d={path} />
      {last && <circle className="head" cx={last.x} cy={last.y} r={2} />}
    </svg>
  );
});
