/** Name of the cache that holds the photos of the day. */
export const PHOTO_CACHE = 'cityloom-crew-photos';
