import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { SeriesView } from '#adapters/console/api.types.ts';
import { formatNumber } from '#web/kit/number.view.ts';
import { useTheme } from '#web/kit/theme.ts';
import { axisTimes, clockTime } from '#web/kit/time.view.ts';
import { type LimitLine, usualInterval, valueRange, withGaps } from './chart.view.ts';
import { useWords } from './i18n.ts';

export interface ChartProps {
  readonly series: SeriesView;
  readonly from: number;
  readonly to: number;
  readonly normal: readonly [number, number] | undefined;
  readonly limits: readonly LimitLine[];
  readonly marks: readonly { readonly at: number; readonly label: string }[];
  /** The instant looked at when it is not the present. */
  readonly moment: number | undefined;
  readonly height: number;
  readonly label: string;
}

/** One question, one line: normal as a band, limits as labelled lines, gaps as gaps. Drawn on a canvas, named for who cannot see it. */
export function Chart(props: ChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const { language, zone, t } = useWords();
  const theme = useTheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn again when what is drawn changes; the rest of the props follow from it
  useEffect(() => {
    const element = holder.current!;
    const plot = draw(element, props, { language, zone, gradeWord: (grade) => t(`grade.${grade}`) });
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: props.height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [props.series, props.from, props.to, props.moment, props.height, language, zone, theme]);
  return <div className="chart" ref={holder} role="img" aria-label={props.label} style={{ height: props.height }} />;
}

/** A token as the colour it is now: a canvas does not know custom properties. */
function tokenOn(element: HTMLElement, name: string): string {
  const probe = document.createElement('i');
  probe.style.color = `var(${name})`;
  element.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

interface Speech {
  readonly language: string;
  readonly zone: string;
  readonly gradeWord: (grade: LimitLine['grade']) => string;
}

function draw(element: HTMLElement, props: ChartProps, speech: Speech): uPlot {
  const token = (name: string): string => tokenOn(element, name);
  const { series } = props;
  const interval = series.bucketSeconds > 0 ? series.bucketSeconds * 1_000 : usualInterval(series.times);
  const mean = withGaps(series.times, series.mean, interval);
  const range = valueRange([...series.min, ...series.max], props.normal, props.limits);
  const font = `12px ${getComputedStyle(element).fontFamily}`;
  const options: uPlot.Options = {
    width: element.clientWidth,
    height: props.height,
    legend: { show: false },
    cursor: { y: false, points: { size: 6 } },
    padding: [8, 18, 0, 0],
    scales: { x: { time: false, range: () => [props.from / 1_000, props.to / 1_000] }, y: { range: () => range } },
    axes: [
      {
        stroke: token('--ink-2'),
        font,
        size: 26,
        gap: 4,
        grid: { show: false },
        ticks: { stroke: token('--line'), size: 4 },
        splits: () => axisTimes(props.from, props.to, 6, speech.zone).map((at) => at / 1_000),
        values: (_, splits) => splits.map((second) => clockTime(second * 1_000, speech.zone)),
      },
      {
        stroke: token('--ink-2'),
        font,
        size: 46,
        gap: 6,
        grid: { stroke: token('--line'), width: 1 },
        ticks: { show: false },
        values: (_, splits) => splits.map((value) => formatNumber(value, speech.language)),
      },
    ],
    series: [{}, { stroke: token('--ink'), width: 1.5, points: { show: false }, spanGaps: false }],
    hooks: {
      drawClear: [(plot) => drawBehind(plot, props, token)],
      draw: [(plot) => drawOver(plot, props, token, font, speech)],
    },
  };
  return new uPlot(options, [mean.times, mean.values], element);
}

/** The normal range, and the time that is not known yet. */
function drawBehind(plot: uPlot, props: ChartProps, token: (name: string) => string): void {
  const { ctx, bbox } = plot;
  if (!props.normal) return;
  const top = plot.valToPos(props.normal[1], 'y', true);
  const bottom = plot.valToPos(props.normal[0], 'y', true);
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.globalAlpha = 0.13;
  ctx.fillStyle = token('--ok');
  ctx.fillRect(bbox.left, top, bbox.width, bottom - top);
  ctx.restore();
}

function drawOver(plot: uPlot, props: ChartProps, token: (name: string) => string, font: string, speech: Speech): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = font.replace('12px', `${12 * ratio}px`);
  ctx.lineWidth = ratio;
  for (const limit of props.limits) {
    const y = plot.valToPos(limit.value, 'y', true);
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    line(ctx, bbox.left, y, bbox.left + bbox.width, y, token(`--grade-${limit.grade}`), [4 * ratio, 3 * ratio]);
    const label = `${speech.gradeWord(limit.grade)} ${formatNumber(limit.value, speech.language)}`;
    write(ctx, label, bbox.left + 4 * ratio, y - 3 * ratio, token);
  }
  for (const mark of props.marks) {
    const x = plot.valToPos(mark.at / 1_000, 'x', true);
    line(ctx, x, bbox.top, x, bbox.top + bbox.height, token('--ink-3'), []);
    write(ctx, mark.label, x + 4 * ratio, bbox.top + bbox.height - 4 * ratio, token);
  }
  if (props.moment !== undefined) {
    const x = plot.valToPos(props.moment / 1_000, 'x', true);
    line(ctx, x, bbox.top, x, bbox.top + bbox.height, token('--accent'), []);
  }
  ctx.restore();
}

/** Small words on the chart, with the surface around them so that no line runs through a letter. */
function write(
  ctx: CanvasRenderingContext2D,
  words: string,
  x: number,
  y: number,
  token: (name: string) => string,
): void {
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  ctx.lineWidth = 4 * devicePixelRatio;
  ctx.lineJoin = 'round';
  ctx.strokeStyle = token('--surface');
  ctx.strokeText(words, x, y);
  ctx.fillStyle = token('--ink-2');
  ctx.fillText(words, x, y);
  ctx.lineWidth = devicePixelRatio;
}

function line(
  ctx: CanvasRenderingContext2D,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  colour: string,
  dash: number[],
): void {
  ctx.beginPath();
  ctx.setLineDash(dash);
  ctx.strokeStyle = colour;
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
  ctx.setLineDash([]);
}
