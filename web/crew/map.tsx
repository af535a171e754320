/**
 * The map as a drawing of what is on the phone: my cells, the streets, what stands there, the tasks in their order and where I am.
 * It needs no tiles and no network; one drawing for the office and for the basement.
 */
import { Minus, Plus } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import type { DayView } from '#adapters/crew/api.types.ts';
import type { Position } from '#kernel/geo.ts';
import { show } from './controller.ts';
import { type Frame, frameOf, pathOf, projection, zoom } from './map.view.ts';
import { Empty } from './parts.tsx';
import { useRound } from './round.ts';
import { useCrew } from './state.ts';
import { pick, word } from './words.ts';

const RATIO = 0.72;
const ROAD_WIDTH: Readonly<Record<string, number>> = { trunk: 9, primary: 7, secondary: 5 };
/** Seen from further away, single lamps and covers are noise. */
const COMPONENTS_UNDER_METRES = 700;

export function MapScreen() {
  const day = useCrew((state) => state.day);
  if (day?.ground === undefined) return <Empty title={word('next.noDay')} hint={word('next.noDayHint')} />;
  return <Drawing ground={day.ground} />;
}

function Drawing({ ground }: { ground: NonNullable<DayView['ground']> }) {
  const round = useRound();
  const chosen = useCrew((state) => state.chosen);
  const fix = useCrew((state) => state.fix);
  const middle: Position = ground.cells[0]?.polygon[0]?.[0] ?? ground.base ?? [0, 0];
  const project = useMemo(() => projection(middle), [middle]);
  const target = round.find(({ id }) => id === chosen);
  const me = fix && project([fix.lon, fix.lat]);
  const all = ground.cells.flatMap(({ polygon }) => (polygon[0] ?? []).map(project));
  const start = target?.place === undefined ? frameOf(all, RATIO) : frameOf([project(target.place)], RATIO, 400);
  const [frame, setFrame] = useState<Frame>(start);
  const svg = useRef<SVGSVGElement>(null);
  const drag = useDrag(svg, setFrame);
  const unit = frame.width / 390;
  return (
    <>
      <h1 className="visually-hidden">{word('map.title')}</h1>
      <div className="map">
        {/* biome-ignore lint/a11y/useSemanticElements: a drawing with buttons in it is a group, and no field of a form */}
        <svg
          ref={svg}
          role="group"
          aria-label={word('map.hint')}
          viewBox={`${frame.x} ${frame.y} ${frame.width} ${frame.height}`}
          {...drag}
        >
          <Ground ground={ground} project={project} unit={unit} isClose={frame.width < COMPONENTS_UNDER_METRES} />
          {round.map((task, index) => {
            if (task.place === undefined) return null;
            const [x, y] = project(task.place);
            return (
              // biome-ignore lint/a11y/useSemanticElements: there is no button inside a drawing
              <g
                key={task.id}
                role="button"
                tabIndex={0}
                className="pin"
                data-chosen={task.id === chosen}
                aria-label={word('map.task', { index: index + 1, title: pick(task.title) })}
                transform={`translate(${x} ${y}) scale(${unit})`}
                onClick={() => show('next', task.id)}
                onKeyDown={({ key }) => (key === 'Enter' || key === ' ') && show('next', task.id)}
              >
                <circle className="reach" r={28} />
                <circle className="dot" r={17} />
                <text y={6}>{index + 1}</text>
              </g>
            );
          })}
          {me !== undefined && (
            <g className="me" transform={`translate(${me[0]} ${me[1]})`}>
              <circle className="accuracy" r={fix!.accuracy} />
              <circle className="dot" r={9 * unit} strokeWidth={3 * unit} />
            </g>
          )}
        </svg>
        <div className="map-tools">
          <button type="button" aria-label={word('map.closer')} onClick={() => setFrame(zoom(frame, 0.6))}>
            <Plus size={28} aria-hidden="true" />
          </button>
          <button type="button" aria-label={word('map.wider')} onClick={() => setFrame(zoom(frame, 1 / 0.6))}>
            <Minus size={28} aria-hidden="true" />
          </button>
          <button type="button" onClick={() => setFrame(frameOf(all, RATIO))}>
            {word('map.all')}
          </button>
          {me !== undefined && (
            <button type="button" onClick={() => setFrame(frameOf([me], RATIO, 400))}>
              {word('map.me')}
            </button>
          )}
        </div>
      </div>
    </>
  );
}

function Ground(props: {
  ground: NonNullable<DayView['ground']>;
  project: (position: Position) => readonly [number, number];
  unit: number;
  isClose: boolean;
}) {
  const { ground, project, unit, isClose } = props;
  const lines = useMemo(
    () => ({
      cells: ground.cells.map(({ id, polygon }) => ({ id, d: pathOf((polygon[0] ?? []).map(project), true) })),
      roads: ground.roads.map(({ kind, line }, index) => ({ index, kind, d: pathOf(line.map(project), false) })),
      components: ground.components.map(({ id, place }) => ({ id, at: project(place) })),
    }),
    [ground, project],
  );
  return (
    <g>
      {lines.cells.map(({ id, d }) => (
        <path key={id} className="cell" d={d} strokeWidth={1.5 * unit} />
      ))}
      {lines.roads.map(({ index, kind, d }) => (
        <path key={index} className="road" d={d} strokeWidth={Math.max(ROAD_WIDTH[kind] ?? 3.5, 1.2 * unit)} />
      ))}
      {isClose &&
        lines.components.map(({ id, at: [x, y] }) => (
          <circle key={id} className="component" cx={x} cy={y} r={3 * unit} />
        ))}
    </g>
  );
}

/** One finger moves the drawing. */
function useDrag(svg: React.RefObject<SVGSVGElement | null>, move: (change: (frame: Frame) => Frame) => void) {
  const last = useRef<{ x: number; y: number } | undefined>(undefined);
  return {
    onPointerDown: ({ clientX, clientY }: React.PointerEvent) => {
      last.current = { x: clientX, y: clientY };
    },
    onPointerMove: ({ clientX, clientY, buttons }: React.PointerEvent) => {
      const width = svg.current?.clientWidth ?? 1;
      const before = last.current;
      if (before === undefined || buttons === 0) return;
      last.current = { x: clientX, y: clientY };
      move((frame) => {
        const scale = frame.width / width;
        return { ...frame, x: frame.x - (clientX - before.x) * scale, y: frame.y - (clientY - before.y) * scale };
      });
    },
    onPointerUp: () => {
      last.current = undefined;
    },
  };
}
