/** A new receipt at the door: checked against the pack, free of numbers that name somebody. Errors name the field. */
import { type CityError, invalid } from '#kernel/errors.ts';
import type { Position } from '#kernel/geo.ts';
import type { Question, ReportCategory, ReportingRules } from '#kernel/reporting.ts';
import { DAY, findInstant, type Instant, MINUTE } from '#kernel/time.ts';
import { listPhotos } from '../details.ts';
import type { Answers } from '../record.ts';
import { maskNumbers } from './masking.ts';
import type { NewReceipt } from './receipts.types.ts';

/** Ahead of our clock by more than this is not a clock that is a little fast. */
const AHEAD_MS = 5 * MINUTE;
const OLDEST_MS = 30 * DAY;
const LONGEST_ANSWER = 500;
const LONGEST_ADDRESS = 200;
const CLIENT_ID = /^[\w-]{8,64}$/;
const isControl = (letter: string): boolean => letter < ' ' && !'\n\r\t'.includes(letter);

export interface ParsedReceipt extends NewReceipt {
  readonly answers: Answers;
}

export interface ParseContext {
  readonly reporting: ReportingRules;
  readonly isInCity: (place: Position) => boolean;
  readonly now: Instant;
}

/**
 * Errors: `receipt.client_id`, `category.unknown`, `place.not_a_position`, `place.outside`, `description.missing`, `text.too_long`,
 * `text.not_unicode`, `answers.unknown`, `answers.missing`, `answers.not_…`, `photos.…`, `receipt.written_at`.
 */
export function parseReceipt(
  receipt: NewReceipt,
  { reporting, isInCity, now }: ParseContext,
): { receipt: ParsedReceipt; category: ReportCategory } {
  const { limits } = reporting;
  if (!CLIENT_ID.test(receipt.clientId))
    throw invalid('receipt.client_id', 'clientId is 8 to 64 letters, digits and dashes: a UUID.', 'clientId');
  const category = reporting.categories.find(({ code }) => code === receipt.category);
  if (category === undefined)
    throw invalid('category.unknown', 'This city takes no reports of that category.', 'category');
  checkPlace(receipt, isInCity);
  checkWrittenAt(receipt.writtenAt, now);
  const description = getDescription(receipt.description, limits.descriptionCharacters);
  const photos = listPhotos({ photos: receipt.photos });
  if (photos.length > limits.photosPerReport)
    throw invalid('photos.too_many', `A report has at most ${limits.photosPerReport} photos.`, 'photos');
  const address = receipt.address === undefined ? undefined : findWords(receipt.address, 'address', LONGEST_ADDRESS);
  const answers = parseAnswers(receipt.answers, category.questions);
  return { receipt: { ...receipt, description, photos, address, answers }, category };
}

function checkPlace({ place, accuracyMetres }: NewReceipt, isInCity: (place: Position) => boolean): void {
  const [longitude, latitude] = place;
  const isPosition = Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90;
  if (!isPosition) throw invalid('place.not_a_position', 'place is [longitude, latitude] in degrees.', 'place');
  if (!isInCity(place))
    throw invalid('place.outside', 'That place is outside the city; tell the city it lies in.', 'place');
  if (accuracyMetres !== undefined && !(accuracyMetres >= 0 && accuracyMetres <= 100_000))
    throw invalid('place.accuracy', 'accuracyMetres is between 0 and 100,000.', 'accuracyMetres');
}

function checkWrittenAt(writtenAt: Instant | undefined, now: Instant): void {
  if (writtenAt === undefined) return;
  if (writtenAt > now + AHEAD_MS || writtenAt < now - OLDEST_MS) {
    throw invalid(
      'receipt.written_at',
      'A report is written before it is sent, and at most 30 days before.',
      'writtenAt',
    );
  }
}

function getDescription(text: string, most: number): string {
  const description = findWords(text, 'description', most);
  if (description === undefined)
    throw invalid('description.missing', 'Say in a few words what is wrong.', 'description');
  return description;
}

/** A text without blanks at its ends and without numbers that name somebody; undefined when nothing is left. */
export function findWords(text: string, field: string, most: number): string | undefined {
  const length = [...text].length;
  if (length > most) throw invalid('text.too_long', `${field} may have ${most} characters, it has ${length}.`, field);
  if (!text.isWellFormed() || [...text].some(isControl) || text.includes('\u007f'))
    throw invalid('text.not_unicode', `${field} holds characters that are not text.`, field);
  const words = maskNumbers(text).trim();
  return words === '' ? undefined : words;
}

function parseAnswers(given: NewReceipt['answers'], questions: readonly Question[]): Answers {
  const byCode = new Map(questions.map((question) => [question.code, question]));
  const answers: Record<string, string | number | readonly string[]> = {};
  for (const [code, answer] of Object.entries(given)) {
    const question = byCode.get(code);
    if (question === undefined) throw wrong(code, 'unknown', 'That question is not asked for this category.');
    const value = parseAnswer(question, answer);
    if (value !== undefined) answers[code] = value;
  }
  const missing = questions.find(({ code, required }) => required && answers[code] === undefined);
  if (missing !== undefined) throw wrong(missing.code, 'missing', 'This question must be answered.');
  return answers;
}

function parseAnswer(question: Question, answer: string | number | readonly string[]): Answers[string] | undefined {
  const { code, datatype, values } = question;
  const keys = new Set(values.map(({ key }) => key));
  switch (datatype) {
    case 'number':
      return asNumber(code, answer);
    case 'datetime':
      if (answer === '') return undefined;
      if (findInstant(answer) === undefined) throw wrong(code, 'not_a_time', 'An ISO 8601 time with its zone.');
      return answer;
    case 'singlevaluelist':
      if (answer === '') return undefined;
      if (typeof answer !== 'string' || !keys.has(answer))
        throw wrong(code, 'not_a_choice', 'One of the choices, by its key.');
      return answer;
    case 'multivaluelist': {
      const list = typeof answer === 'string' ? [answer] : answer;
      if (!Array.isArray(list) || list.some((key) => !keys.has(key)))
        throw wrong(code, 'not_a_choice', 'Some of the choices, by their keys.');
      return list.length === 0 ? undefined : [...new Set<string>(list)];
    }
    default:
      if (typeof answer !== 'string') throw wrong(code, 'not_text', 'A text.');
      return findWords(answer, `answers.${code}`, LONGEST_ANSWER);
  }
}

function asNumber(code: string, answer: string | number | readonly string[]): number | undefined {
  if (answer === '') return undefined;
  const value = typeof answer === 'string' ? Number(answer) : answer;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(code, 'not_a_number', 'A number.');
  return value;
}

const wrong = (question: string, what: string, message: string): CityError =>
  invalid(`answers.${what}`, message, `answers.${question}`);
