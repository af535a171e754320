/** Photos in and out: one image per request, as it is or as a form's file. */
import multipart from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { CityError, invalid, notFound } from '#kernel/errors.ts';
import { cleanImage } from '#platform/image.ts';
import type { ConsoleDeps } from './console.types.ts';
import { PhotoParams } from './schemas.ts';
import type { TypedServer } from './typed-routes.ts';

export const MOST_PHOTO_BYTES = 10 * 1_048_576;
const tags = ['photos'];

export function registerPhotoRoutes(server: TypedServer, { blobs }: Pick<ConsoleDeps, 'blobs'>): void {
  server.register(multipart, { limits: { fileSize: MOST_PHOTO_BYTES, files: 1, fields: 8 } });
  server.addContentTypeParser(
    /^(image\/|application\/octet-stream)/,
    { parseAs: 'buffer', bodyLimit: MOST_PHOTO_BYTES },
    (_request, body, done) => done(null, body),
  );

  server.post(
    '/photos',
    { config: { permission: 'report.create' }, bodyLimit: MOST_PHOTO_BYTES + 65_536, schema: { tags } },
    async (request, reply) => {
      const { content, mediaType } = cleanImage(await readPhoto(request));
      return reply.status(201).send({ key: await blobs.put(content, mediaType) });
    },
  );

  server.get(
    '/photos/:key',
    { config: { permission: 'city.read' }, schema: { tags, params: PhotoParams } },
    async (request, reply) => {
      const photo = await blobs.find(request.params.key);
      if (!photo?.mediaType.startsWith('image/')) throw notFound('photo.unknown', 'There is no such photo.', 'key');
      return reply
        .type(photo.mediaType)
        .header('cache-control', 'private, max-age=31536000, immutable')
        .header('content-security-policy', "default-src 'none'; sandbox")
        .send(Buffer.from(photo.content));
    },
  );
}

async function readPhoto(request: FastifyRequest): Promise<Uint8Array> {
  if (Buffer.isBuffer(request.body)) {
    if (request.body.length > MOST_PHOTO_BYTES) throw tooLarge();
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
