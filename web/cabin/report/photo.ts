/**
 * Makes a photo fit to leave the device: at most 2,048 pixels, drawn anew as JPEG, so that nothing the camera wrote into it (place,
 * time, serial number) goes along. Also what takes faces out of it.
 */
const LONGEST = 2_048;
const QUALITY = 0.82;

export async function shrink(file: Blob): Promise<Blob> {
  const image = await createImageBitmap(file, { imageOrientation: 'from-image' });
  const share = Math.min(1, LONGEST / Math.max(image.width, image.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(image.width * share));
  canvas.height = Math.max(1, Math.round(image.height * share));
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  return toJpeg(canvas);
}

export const toJpeg = (canvas: HTMLCanvasElement): Promise<Blob> =>
  new Promise((done, fail) =>
    canvas.toBlob(
      (blob) => (blob ? done(blob) : fail(new Error('The picture could not be drawn.'))),
      'image/jpeg',
      QUALITY,
    ),
  );

/** A face becomes a handful of squares of one colour each: not a blur that could be sharpened again. */
const SQUARES = 6;

export function pixelate(canvas: HTMLCanvasElement, centre: { x: number; y: number }, size: number): void {
  const context = canvas.getContext('2d')!;
  const [x, y] = [Math.round(centre.x - size / 2), Math.round(centre.y - size / 2)];
  const small = document.createElement('canvas');
  small.width = SQUARES;
  small.height = SQUARES;
  small.getContext('2d')!.drawImage(canvas, x, y, size, size, 0, 0, SQUARES, SQUARES);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, SQUARES, SQUARES, x, y, size, size);
  context.imageSmoothingEnabled = true;
}
