/** A small picture that shows nothing real: a street, a repaired patch, a cone. Different every time, so that every proof is its own. */
import { crc32, deflateSync } from 'node:zlib';
import { type Random, seeded } from '../random.ts';

const WIDTH = 320;
const HEIGHT = 200;
type Colour = readonly [number, number, number];

type Scene = 'trouble' | 'work' | 'done';

/** PNG bytes of a drawn scene. The same name gives the same street, taken at another time in another light. */
export function drawPhoto(name: string, scene: Scene = 'work', taken = ''): Uint8Array {
  const random = seeded(name, 'photo');
  const pixels = Buffer.alloc((WIDTH * 3 + 1) * HEIGHT);
  const horizon = Math.floor(random.between(60, 90));
  const grains = seeded(`${name}/${taken}`, 'grain');
  const light = grains.between(0.75, 1.05);
  const set = (x: number, y: number, [r, g, b]: Colour) => {
    if (x < 0 || y < 0 || x >= WIDTH || y >= HEIGHT) return;
    const grain = light * (0.94 + 0.12 * grains.next());
    const at = y * (WIDTH * 3 + 1) + 1 + x * 3;
    pixels[at] = Math.min(255, r * grain);
    pixels[at + 1] = Math.min(255, g * grain);
    pixels[at + 2] = Math.min(255, b * grain);
  };
  const fill = (x0: number, y0: number, x1: number, y1: number, colour: Colour) => {
    for (let y = Math.floor(y0); y < y1; y++) for (let x = Math.floor(x0); x < x1; x++) set(x, y, colour);
  };
  for (let y = 0; y < HEIGHT; y++)
    fill(0, y, WIDTH, y + 1, y < horizon ? [176 + y / 4, 190 + y / 5, 200] : [92 + y / 8, 92 + y / 8, 96 + y / 8]);
  for (let x = 0; x < WIDTH; ) {
    const wide = random.between(24, 60);
    const shade = random.between(90, 170);
    fill(x, random.between(10, horizon - 20), x + wide - 4, horizon, [shade, shade * 0.94, shade * 0.86]);
    x += Math.floor(wide);
  }
  const [patchX, patchY] = [random.between(60, 180), random.between(horizon + 40, HEIGHT - 50)];
  if (scene !== 'done')
    fill(patchX, patchY, patchX + random.between(60, 110), patchY + random.between(16, 30), [48, 48, 52]);
  if (scene === 'trouble') scatter(fill, random, patchX, patchY);
  for (let cones = scene === 'work' ? 0 : 3; cones < 3; cones++)
    drawCone(set, patchX - 20 + cones * random.between(40, 60), patchY + 34);
  return encodePng(pixels);
}

/** What lies about: bags, boxes, branches. */
function scatter(
  fill: (x0: number, y0: number, x1: number, y1: number, colour: Colour) => void,
  random: Random,
  x: number,
  y: number,
): void {
  for (let piece = 0; piece < 9; piece++) {
    const [left, top] = [x + random.between(-30, 90), y + random.between(-26, 24)];
    const colour = random.pick<Colour>([
      [58, 92, 60],
      [150, 118, 74],
      [196, 190, 178],
      [70, 74, 90],
      [164, 70, 58],
    ]);
    fill(left, top, left + random.between(8, 24), top + random.between(6, 18), colour);
  }
}

function drawCone(set: (x: number, y: number, colour: Colour) => void, x: number, y: number): void {
  for (let row = 0; row < 22; row++)
    for (let across = -Math.floor(row / 3); across <= row / 3; across++)
      set(Math.floor(x + across), Math.floor(y - 22 + row), row > 8 && row < 13 ? [235, 235, 230] : [226, 104, 34]);
}

function encodePng(pixels: Buffer): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body) >>> 0, 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
