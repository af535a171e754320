/** Reads the details that come with an action, at the door: a typed value, or an error that names the field. */
import { invalid } from '#kernel/errors.ts';
import type { Position } from '#kernel/geo.ts';
import { findInstant, type Instant } from '#kernel/time.ts';
import { GRADES, type Grade } from '#kernel/words.ts';
import type { ActionDetails } from './casework.types.ts';
import type { Facts } from './record.ts';

const LONGEST_TEXT = 4_000;
const MOST_PHOTOS = 20;
const PHOTO_KEY = /^[0-9a-f]{64}$/;

/** A text that can be stored: well-formed Unicode without NUL, not too long. Undefined when there is none or only blanks. */
export function findText(details: ActionDetails, field: string): string | undefined {
  const value = details[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalid('text.not_text', `${field} must be a text.`, field);
  const text = value.trim();
  if (text.length > LONGEST_TEXT) {
    throw invalid('text.too_long', `${field} may have ${LONGEST_TEXT} characters, it has ${text.length}.`, field);
  }
  if (text.includes('\0') || !text.isWellFormed()) {
    throw invalid('text.not_unicode', `${field} holds characters that are not text.`, field);
  }
  return text === '' ? undefined : text;
}

export function getText(details: ActionDetails, field: string): string {
  const text = findText(details, field);
  if (text === undefined)
    throw invalid(`${field}.missing`, `Say ${field}: it stays in the history of the case.`, field);
  return text;
}

/** Milliseconds since 1970, or ISO 8601 with a zone. */
export function getInstant(details: ActionDetails, field: string): Instant {
  const value = details[field];
  const at = typeof value === 'number' && Number.isSafeInteger(value) ? value : findInstant(value);
  if (at === undefined) {
    throw invalid(
      `${field}.not_an_instant`,
      `${field} must be milliseconds since 1970 or an ISO 8601 time with its zone.`,
      field,
    );
  }
  return at;
}

/** Keys of photos already put into the blob store; empty when none are given. */
export function listPhotos(details: ActionDetails, field = 'photos'): readonly string[] {
  const value = details[field] ?? [];
  if (!Array.isArray(value) || value.length > MOST_PHOTOS) {
    throw invalid('photos.not_a_list', `${field} must be a list of at most ${MOST_PHOTOS} photo keys.`, field);
  }
  return value.map((key, index) => {
    if (typeof key === 'string' && PHOTO_KEY.test(key)) return key;
    throw invalid(
      'photos.not_a_key',
      'A photo key is the 64 hex digits that uploading answered.',
      `${field}[${index}]`,
    );
  });
}

export function getPhotos(details: ActionDetails, code: string, message: string): readonly string[] {
  const photos = listPhotos(details);
  if (photos.length === 0) throw invalid(code, message, 'photos');
  return photos;
}

export function getGrade(details: ActionDetails): Grade {
  const grade = GRADES.find((candidate) => candidate === details.grade);
  if (grade === undefined) throw invalid('grade.unknown', `grade must be one of ${GRADES.join(', ')}.`, 'grade');
  return grade;
}

export function findPosition(details: ActionDetails, field: string): Position | undefined {
  const value = details[field];
  if (value === undefined || value === null) return undefined;
  const [longitude, latitude] = Array.isArray(value) && value.length === 2 ? value : [];
  const isPlace =
    Number.isFinite(longitude) && Number.isFinite(latitude) && Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90;
  if (!isPlace) throw invalid('place.not_a_position', `${field} must be [longitude, latitude] in degrees.`, field);
  return [longitude, latitude];
}

export function findFacts(details: ActionDetails): Facts {
  const value = details.facts ?? {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw invalid('facts.not_an_object', 'facts must be an object.', 'facts');
  const facts: Record<string, string | number | boolean> = {};
  for (const [key, fact] of Object.entries(value as object)) {
    if (typeof fact === 'string') facts[key] = findText({ [key]: fact }, key) ?? '';
    else if (typeof fact === 'boolean' || (typeof fact === 'number' && Number.isFinite(fact))) facts[key] = fact;
    else throw invalid('facts.not_plain', 'A fact is a text, a number or true or false.', `facts.${key}`);
  }
  return facts;
}
