/** The map's marks, drawn on a canvas in the palette's colours: no sprite file, and a new theme is a new drawing. */
import type { Map as MapLibre } from 'maplibre-gl';
import { GRADES, type Grade } from '#kernel/words.ts';
import { GRADE_PATH } from '#web/kit/grade.view.ts';
import type { Palette } from './palette.view.ts';

const RATIO = 2;

export function drawMarks(map: MapLibre, palette: Palette): void {
  for (const grade of GRADES) {
    put(map, `case-${grade}`, 30, (context) => caseMark(context, grade, palette));
    put(map, `cluster-${grade}`, 36, (context) => clusterMark(context, grade, palette));
  }
  put(map, 'selected', 46, (context) => ring(context, 46, palette.accent, 3));
  put(map, 'valve', 26, (context) => valveMark(context, palette));
  put(map, 'site', 22, (context) => siteMark(context, palette));
  put(map, 'place', 28, (context) => placeMark(context, palette));
}

function put(map: MapLibre, name: string, size: number, draw: (context: CanvasRenderingContext2D) => void): void {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size * RATIO;
  const context = canvas.getContext('2d')!;
  context.scale(RATIO, RATIO);
  context.lineJoin = 'round';
  draw(context);
  const image = context.getImageData(0, 0, canvas.width, canvas.height);
  if (map.hasImage(name)) map.updateImage(name, image);
  else map.addImage(name, image, { pixelRatio: RATIO });
}

/** The graded shape on a disc of the surface, so that it reads on any ground. */
function caseMark(context: CanvasRenderingContext2D, grade: Grade, palette: Palette): void {
  disc(context, 15, 13, palette.surface, palette.grades[grade], 1.5);
  context.translate(7, grade === 'orange' ? 6.2 : 7);
  shape(context, grade, palette.grades[grade]);
}

function clusterMark(context: CanvasRenderingContext2D, grade: Grade, palette: Palette): void {
  disc(context, 18, 15, palette.surface, palette.grades[grade], 3);
}

function shape(context: CanvasRenderingContext2D, grade: Grade, colour: string): void {
  const path = new Path2D(GRADE_PATH[grade]);
  context.fillStyle = colour;
  context.fill(path);
}

function disc(
  context: CanvasRenderingContext2D,
  centre: number,
  radius: number,
  fill: string,
  edge: string,
  width: number,
): void {
  context.shadowColor = 'rgba(10, 20, 30, 0.35)';
  context.shadowBlur = 4;
  context.shadowOffsetY = 1;
  context.beginPath();
  context.arc(centre, centre, radius - width / 2, 0, 7);
  context.fillStyle = fill;
  context.fill();
  context.shadowColor = 'transparent';
  context.lineWidth = width;
  context.strokeStyle = edge;
  context.stroke();
}

function ring(context: CanvasRenderingContext2D, size: number, colour: string, width: number): void {
  context.beginPath();
  context.arc(size / 2, size / 2, size / 2 - width, 0, 7);
  context.lineWidth = width;
  context.strokeStyle = colour;
  context.stroke();
}

/** Two triangles tip to tip, as on every pipe drawing. */
function valveMark(context: CanvasRenderingContext2D, palette: Palette): void {
  disc(context, 13, 11, palette.surface, palette.accent, 2);
  context.fillStyle = palette.accent;
  context.fill(new Path2D('M7 9v8l12-8v8z'));
}

function siteMark(context: CanvasRenderingContext2D, palette: Palette): void {
  disc(context, 11, 9, palette.surface, palette.ink2, 1.5);
  context.fillStyle = palette.ink2;
  context.fill(new Path2D('M9.5 6.5h3v3h3v3h-3v3h-3v-3h-3v-3h3z'));
}

function placeMark(context: CanvasRenderingContext2D, palette: Palette): void {
  disc(context, 14, 9, palette.accent, palette.surface, 3);
}
