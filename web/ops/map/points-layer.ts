/**
 * All point assets in one draw call. Ten thousand vector-tile circles cost a software renderer a third of its frames; ten thousand
 * points with their shape worked out per pixel cost next to nothing, and a change of state is one byte in one buffer.
 *
 * Normal assets are small dots that appear as one comes near; late and silent ones are hollow; graded ones carry their shape at every
 * zoom. Positions are kept relative to the city's centre so that 32-bit floats are exact to a centimetre.
 */
import type { CustomLayerInterface, CustomRenderMethodInput, Map as MapLibre } from 'maplibre-gl';
import type { PointsView, ThingState } from '#adapters/console/api.types.ts';
import type { Position } from '#kernel/geo.ts';
import { gradeRank, type ThingId } from '#kernel/words.ts';
import { rgbOf } from '#web/kit/colour.view.ts';
import { hueOf, type Palette, quietHue } from './palette.view.ts';

/** Zoom from which normal assets are drawn at all. */
export const POINTS_FROM_ZOOM = 13;

export const rankOfState = (state: ThingState): number =>
  state === 'ok' ? 0 : state === 'late' || state === 'silent' ? -1 : gradeRank(state);

const VERTEX = `#version 300 es
uniform mat4 u_matrix;
uniform float u_size;
uniform float u_ratio;
uniform bool u_loud;
uniform uint u_hidden;
uniform int u_focus;
uniform float u_fade;
uniform vec3 u_colours[32];
uniform vec3 u_grades[5];
in vec2 a_position;
in float a_rank;
in float a_domain;
flat out int v_rank;
flat out vec3 v_colour;
out float v_size;
out float v_alpha;
void main() {
  int rank = int(a_rank) - 1;
  int domain = int(a_domain);
  v_rank = rank;
  v_colour = rank == 0 ? u_colours[domain] : u_grades[max(rank, 0)];
  bool loud = rank != 0;
  float size = (rank > 0 ? u_size * 1.6 + 7.0 : rank < 0 ? u_size + 2.0 : u_size) * u_ratio;
  v_alpha = rank > 0 ? 1.0 : rank < 0 ? 0.45 + 0.55 * u_fade : (u_focus < 0 || u_focus == domain ? u_fade : u_fade * 0.25);
  bool hidden = ((u_hidden >> uint(domain)) & 1u) == 1u;
  v_size = size + 2.0;
  gl_PointSize = v_size;
  gl_Position = hidden || loud != u_loud ? vec4(2.0, 2.0, 2.0, 1.0) : u_matrix * vec4(a_position, 0.0, 1.0);
}`;

const FRAGMENT = `#version 300 es
precision mediump float;
uniform vec3 u_surface;
flat in int v_rank;
flat in vec3 v_colour;
in float v_size;
in float v_alpha;
out vec4 colour;
float shape(vec2 p, int rank) {
  if (rank == 4) return max(abs(p.x), abs(p.y)) * 1.12;
  if (rank == 3) return max(abs(p.x) * 0.98 + p.y * 0.55, -p.y * 1.15) + 0.12;
  if (rank == 2) return abs(p.x) + abs(p.y);
  return length(p);
}
void main() {
  vec2 p = (gl_PointCoord * 2.0 - 1.0) * vec2(1.0, -1.0);
  float soft = 3.0 / v_size;
  float d = shape(p, v_rank);
  float inside = 1.0 - smoothstep(0.94 - soft, 0.94, d);
  if (inside <= 0.0) discard;
  if (v_rank == 0) { colour = vec4(v_colour, 1.0) * (inside * v_alpha); return; }
  float rim = v_rank < 0 ? smoothstep(0.5 - soft, 0.5, d) : 1.0 - smoothstep(0.72 - soft, 0.72, d);
  colour = vec4(mix(u_surface, v_colour, rim), 1.0) * (inside * v_alpha);
}`;

interface Program {
  readonly program: WebGLProgram;
  readonly array: WebGLVertexArrayObject;
  readonly ranks: WebGLBuffer;
  readonly at: (name: string) => WebGLUniformLocation | null;
}

export class PointsLayer implements CustomLayerInterface {
  readonly id = 'points';
  readonly type = 'custom' as const;
  readonly renderingMode = '2d' as const;

  private map: MapLibre | undefined;
  private gl: WebGL2RenderingContext | undefined;
  private built: Program | undefined;
  private readonly indexOf = new Map<ThingId, number>();
  private readonly centre: { x: number; y: number };
  private readonly positions: Float32Array;
  private readonly ranks: Uint8Array;
  private readonly points: PointsView;
  /** Where the points stand that are not normal: they are drawn last, and only they. */
  private readonly loudIndexes: Uint32Array;
  private loud = 0;
  private dirty: { from: number; to: number } | undefined;
  private colours = new Float32Array(96);
  private grades = new Float32Array(15);
  private surface: readonly number[] = [1, 1, 1];
  private hidden = 0;
  private focus = -1;
  private readonly scale: number;

  constructor(points: PointsView, centre: Position, scale: number) {
    this.points = points;
    this.scale = scale;
    this.centre = mercator(centre);
    this.positions = new Float32Array(points.ids.length * 2);
    this.ranks = new Uint8Array(points.ids.length).fill(1);
    this.loudIndexes = new Uint32Array(points.ids.length);
    points.ids.forEach((id, index) => {
      this.indexOf.set(id, index);
      const { x, y } = mercator([points.lons[index]!, points.lats[index]!]);
      this.positions[index * 2] = x - this.centre.x;
      this.positions[index * 2 + 1] = y - this.centre.y;
    });
  }

  paint(
    palette: Palette,
    colourOf: (domain: string) => string | undefined,
    hidden: ReadonlySet<string>,
    focus: string | undefined,
  ): void {
    this.hidden = 0;
    this.focus = -1;
    this.points.domainNames.forEach((domain, index) => {
      const hue = hueOf(domain, colourOf(domain));
      this.colours.set(unit(focus === domain ? hue : quietHue(hue, palette)), index * 3);
      if (hidden.has(domain)) this.hidden |= 1 << index;
      if (focus === domain) this.focus = index;
    });
    const { grades } = palette;
    [palette.silent, grades.blue, grades.yellow, grades.orange, grades.red].forEach((colour, index) => {
      this.grades.set(unit(colour), index * 3);
    });
    this.surface = unit(palette.surface);
    this.map?.triggerRepaint();
  }

  has = (id: ThingId): boolean => this.indexOf.has(id);

  placeOf(id: ThingId): Position | undefined {
    const index = this.indexOf.get(id);
    return index === undefined ? undefined : [this.points.lons[index]!, this.points.lats[index]!];
  }

  /** Takes what concerns points; answers whether anything did. */
  setState(id: ThingId, state: ThingState): boolean {
    const index = this.indexOf.get(id);
    if (index === undefined) return false;
    this.ranks[index] = rankOfState(state) + 1;
    this.dirty = this.dirty
      ? { from: Math.min(this.dirty.from, index), to: Math.max(this.dirty.to, index + 1) }
      : { from: index, to: index + 1 };
    return true;
  }

  /** The point nearest to a place within a reach in degrees of longitude, graded ones first; only what is drawn at this zoom. */
  nearest([lon, lat]: Position, reach: number, zoom: number): ThingId | undefined {
    const stretch = 1 / Math.cos((lat * Math.PI) / 180);
    let best: ThingId | undefined;
    let least = Infinity;
    const { ids, lons, lats, domains } = this.points;
    for (let index = 0; index < ids.length; index++) {
      const dx = lons[index]! - lon;
      if (dx > reach || dx < -reach || (this.hidden >> domains[index]!) & 1) continue;
      const dy = (lats[index]! - lat) * stretch;
      if (dy > reach || dy < -reach) continue;
      const isNormal = this.ranks[index] === 1;
      if (isNormal && zoom < POINTS_FROM_ZOOM) continue;
      const score = dx * dx + dy * dy + (isNormal ? reach * reach * 0.3 : 0);
      if (score < least) [least, best] = [score, ids[index]];
    }
    return best;
  }

  onAdd(map: MapLibre, gl: WebGLRenderingContext | WebGL2RenderingContext): void {
    this.map = map;
    this.gl = gl as WebGL2RenderingContext;
    this.dirty = { from: 0, to: this.ranks.length };
    this.built = build(this.gl, this.positions, this.ranks, Uint8Array.from(this.points.domains));
  }

  onRemove(): void {
    this.built = undefined;
    this.gl = undefined;
  }

  render(gl: WebGL2RenderingContext, { modelViewProjectionMatrix }: CustomRenderMethodInput): void {
    const { built, map } = this;
    if (!built || !map || this.points.ids.length === 0) return;
    // biome-ignore lint/correctness/useHookAtTopLevel: WebGL's useProgram is no hook
    gl.useProgram(built.program);
    gl.bindVertexArray(built.array);
    this.upload(gl, built);
    const worldSize = 512 * 2 ** map.getZoom();
    // On a wall everything is larger, so that one is as near as at a desk only when the map is zoomed further in.
    const zoom = map.getZoom() - Math.log2(this.scale);
    gl.uniformMatrix4fv(built.at('u_matrix'), false, relativeTo(modelViewProjectionMatrix, this.centre, worldSize));
    gl.uniform1f(built.at('u_size'), this.scale * Math.min(10, Math.max(2.5, 2.6 + (zoom - POINTS_FROM_ZOOM) * 1.25)));
    gl.uniform1f(built.at('u_ratio'), window.devicePixelRatio);
    gl.uniform1ui(built.at('u_hidden'), this.hidden >>> 0);
    gl.uniform1i(built.at('u_focus'), this.focus);
    gl.uniform1f(built.at('u_fade'), Math.min(0.95, Math.max(0, zoom - POINTS_FROM_ZOOM)));
    gl.uniform3fv(built.at('u_colours'), this.colours);
    gl.uniform3fv(built.at('u_grades'), this.grades);
    gl.uniform3fv(built.at('u_surface'), this.surface as number[]);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.disable(gl.DEPTH_TEST);
    if (zoom > POINTS_FROM_ZOOM) {
      gl.uniform1i(built.at('u_loud'), 0);
      gl.drawArrays(gl.POINTS, 0, this.points.ids.length);
    }
    gl.uniform1i(built.at('u_loud'), 1);
    gl.drawElements(gl.POINTS, this.loud, gl.UNSIGNED_INT, 0);
    gl.bindVertexArray(null);
  }

  private upload(gl: WebGL2RenderingContext, built: Program): void {
    if (!this.dirty) return;
    gl.bindBuffer(gl.ARRAY_BUFFER, built.ranks);
    gl.bufferSubData(gl.ARRAY_BUFFER, this.dirty.from, this.ranks.subarray(this.dirty.from, this.dirty.to));
    this.dirty = undefined;
    this.loud = 0;
    for (let index = 0; index < this.ranks.length; index++)
      if (this.ranks[index] !== 1) this.loudIndexes[this.loud++] = index;
    gl.bufferSubData(gl.ELEMENT_ARRAY_BUFFER, 0, this.loudIndexes.subarray(0, this.loud));
  }
}

const unit = (hex: string): number[] => rgbOf(hex).map((part) => part / 255);

function mercator([lon, lat]: Position): { x: number; y: number } {
  const radians = (lat * Math.PI) / 180;
  return { x: (lon + 180) / 360, y: (1 - Math.log(Math.tan(radians) + 1 / Math.cos(radians)) / Math.PI) / 2 };
}

/** `matrix · translate(centre · worldSize) · scale(worldSize)`, worked out in doubles and only then rounded. */
function relativeTo(matrix: ArrayLike<number>, centre: { x: number; y: number }, worldSize: number): Float32Array {
  const [x, y] = [centre.x * worldSize, centre.y * worldSize];
  const result = new Float32Array(16);
  for (let row = 0; row < 4; row++) {
    result[row] = matrix[row]! * worldSize;
    result[4 + row] = matrix[4 + row]! * worldSize;
    result[8 + row] = matrix[8 + row]!;
    result[12 + row] = matrix[row]! * x + matrix[4 + row]! * y + matrix[12 + row]!;
  }
  return result;
}

function build(gl: WebGL2RenderingContext, positions: Float32Array, ranks: Uint8Array, domains: Uint8Array): Program {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(type)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS))
    throw new Error(`points layer: ${gl.getProgramInfoLog(program)}`);
  const array = gl.createVertexArray()!;
  gl.bindVertexArray(array);
  attribute(gl, program, 'a_position', positions, 2, gl.FLOAT, gl.STATIC_DRAW);
  attribute(gl, program, 'a_domain', domains, 1, gl.UNSIGNED_BYTE, gl.STATIC_DRAW);
  const rankBuffer = attribute(gl, program, 'a_rank', ranks, 1, gl.UNSIGNED_BYTE, gl.DYNAMIC_DRAW);
  gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, ranks.length * 4, gl.DYNAMIC_DRAW);
  gl.bindVertexArray(null);
  const places = new Map<string, WebGLUniformLocation | null>();
  const at = (name: string): WebGLUniformLocation | null => {
    if (!places.has(name)) places.set(name, gl.getUniformLocation(program, name));
    return places.get(name) ?? null;
  };
  return { program, array, ranks: rankBuffer, at };
}

function attribute(
  gl: WebGL2RenderingContext,
  program: WebGLProgram,
  name: string,
  data: Float32Array | Uint8Array,
  size: number,
  type: number,
  usage: number,
): WebGLBuffer {
  const buffer = gl.createBuffer()!;
  const location = gl.getAttribLocation(program, name);
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  gl.bufferData(gl.ARRAY_BUFFER, data, usage);
  gl.enableVertexAttribArray(location);
  gl.vertexAttribPointer(location, size, type, false, 0, 0);
  return buffer;
}
