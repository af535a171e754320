/** Photos of residents: really pictures, small enough to be drawn anywhere, without what the camera wrote into them. */
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CityError, invalid, notFound } from '#kernel/errors.ts';
import type { Blobs } from '#kernel/ports.ts';
import { cleanImage, findImageSize } from '#platform/image.ts';
import type { ChallengeView } from './api.types.ts';
import type { Gatekeeper } from './gatekeeper.ts';
import type { ResidentsDeps } from './residents.types.ts';
import { KeyParams } from './schemas.ts';

const OPEN = { permission: 'public' } as const;
const tags = ['residents'];
const MOST_BYTES = 10 * 1_048_576;
/** The page makes photos smaller before it sends them; what is larger was not made by it. */
const MOST_PIXELS_ACROSS = 2_048;
/** Keys put a moment ago, so that a report with photos does not read them back from the disk. */
const MOST_REMEMBERED = 5_000;

export interface PhotoDesk {
  /** Error: `photo.unknown`, naming the field. */
  check(keys: readonly string[], field: string): Promise<void>;
}

export async function registerPhotoRoutes(
  server: FastifyInstance,
  { blobs, receipts }: Pick<ResidentsDeps, 'blobs' | 'receipts'>,
  gatekeeper: Gatekeeper,
): Promise<PhotoDesk> {
  const desk = createPhotoDesk(blobs);
  await server.register(multipart, { limits: { fileSize: MOST_BYTES, files: 1, fields: 8 } });
  server.addContentTypeParser(
    /^(image\/|application\/octet-stream)/,
    { parseAs: 'buffer', bodyLimit: MOST_BYTES },
    (_request, body, done) => done(null, body),
  );

  server.post('/challenges', { config: OPEN, schema: { tags } }, (request): ChallengeView => {
    gatekeeper.admit(request, 'challenge');
    return gatekeeper.proofs.issue();
  });

  server.post<{ Body: unknown }>(
    '/photos',
    { config: OPEN, bodyLimit: MOST_BYTES + 65_536, schema: { tags } },
    async (request, reply) => {
      gatekeeper.admit(request, 'photo');
      const giveBack = gatekeeper.proofs.spend(request.headers['x-proof'], 'x-proof');
      try {
        const key = await desk.put(await readPhoto(request));
        return await reply.status(201).send({ key });
      } catch (error) {
        giveBack();
        throw error;
      }
    },
  );

  server.get<{ Params: { key: string } }>(
    '/photos/:key',
    { config: OPEN, schema: { tags, params: KeyParams } },
    async (request, reply) => {
      gatekeeper.admit(request, 'look');
      const photo = (await receipts.isShown(request.params.key)) ? await blobs.find(request.params.key) : undefined;
      if (!photo?.mediaType.startsWith('image/')) throw notFound('photo.unknown', 'There is no such photo.', 'key');
      return reply
        .type(photo.mediaType)
        .header('cache-control', 'public, max-age=86400')
        .header('content-security-policy', "default-src 'none'; sandbox")
        .header('cross-origin-resource-policy', 'same-origin')
        .send(Buffer.from(photo.content));
    },
  );
  return desk;
}

function createPhotoDesk(blobs: Blobs) {
  const fresh = new Set<string>();
  return {
    async put(content: Uint8Array): Promise<string> {
      const cleaned = cleanImage(content);
      const size = findImageSize(cleaned.content);
      if (size === undefined) throw invalid('photo.damaged', 'The picture does not say how large it is.', 'photo');
      if (Math.max(size.width, size.height) > MOST_PIXELS_ACROSS || Math.min(size.width, size.height) < 1)
        throw new CityError(
          'too_large',
          'photo.too_many_pixels',
          `A photo has at most ${MOST_PIXELS_ACROSS} pixels on its longer side; this one has ${size.width} × ${size.height}.`,
          'photo',
          { width: size.width, height: size.height, most: MOST_PIXELS_ACROSS },
        );
      const key = await blobs.put(cleaned.content, cleaned.mediaType);
      fresh.add(key);
      for (const oldest of fresh) {
        if (fresh.size <= MOST_REMEMBERED) break;
        fresh.delete(oldest);
      }
      return key;
    },
    async check(keys: readonly string[], field: string): Promise<void> {
      for (const [index, key] of keys.entries()) {
        const isThere = fresh.has(key) || (await blobs.find(key))?.mediaType.startsWith('image/') === true;
        if (!isThere) throw invalid('photo.unknown', 'This photo has not been uploaded.', `${field}[${index}]`);
      }
    },
  };
}

async function readPhoto(request: FastifyRequest): Promise<Uint8Array> {
  if (Buffer.isBuffer(request.body)) {
    if (request.body.length > MOST_BYTES) throw tooLarge();
    return request.body;
  }
  if (!request.isMultipart())
    throw invalid('photo.missing', 'Send the image itself, or a form with one file.', 'content-type');
  const file = await request.file();
  if (!file) throw invalid('photo.missing', 'The form holds no file.', 'photo');
  try {
    return await file.toBuffer();
  } catch {
    throw tooLarge();
  }
}

const tooLarge = () => new CityError('too_large', 'photo.too_large', 'A photo has at most 10 MB.', 'photo');
