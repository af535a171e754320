/** `POST requests`: a form becomes a receipt. Who sent it goes into the vault and is never said again. */
import { createHash } from 'node:crypto';
import { CityError, invalid, notFound } from '#kernel/errors.ts';
import type { Position } from '#kernel/geo.ts';
import type { Question, ReportCategory } from '#kernel/reporting.ts';
import type { Caller } from '#kernel/roles.ts';
import { findInstant } from '#kernel/time.ts';
import type { PersonalData } from '#people/vault/vault.types.ts';
import type { Form } from './form.ts';
import type { Open311Deps } from './open311.types.ts';
import { findNumber } from './query.ts';

type Answer = string | number | readonly string[];

/** Errors: `service.missing`, `service.unknown` (404), `place.…`, `attribute.…`, `media.…` and those of receipts and vault. */
export async function postRequest(
  deps: Open311Deps,
  form: Form,
  caller: Caller | undefined,
  language: string,
): Promise<string> {
  const { receipts, vault, clock, territory } = deps;
  const category = getCategory(form, territory.pack.reporting.categories);
  const place = placeOf(form, deps, language);
  const answers = answersOf(form, category);
  const photos = await keepPhotos(deps, form);
  const mediaUrl = mediaUrlOf(form);
  const person = personOf(form);
  const contact = person === undefined ? undefined : await vault.keep(person, 'report');
  // The promise to keep somebody's data must not outlive a report that was refused, or that was known already.
  const forget = async () => {
    if (contact !== undefined) await vault.release(contact, clock.now());
  };
  try {
    const { id, isNew } = await receipts.receive({
      clientId: clientIdOf(form, caller, deps),
      category: category.code,
      place,
      accuracyMetres: undefined,
      address: form.find('address_string'),
      description: form.find('description') ?? category.name[language] ?? category.code,
      photos,
      answers,
      joins: undefined,
      contact,
      language,
      source: 'integrator',
      writtenAt: undefined,
      mediaUrl,
    });
    if (!isNew) await forget();
    return id;
  } catch (error) {
    await forget();
    throw error;
  }
}

function getCategory(form: Form, categories: readonly ReportCategory[]): ReportCategory {
  const code = form.find('service_code');
  if (code === undefined) throw invalid('service.missing', 'service_code was not provided.', 'service_code');
  const category = categories.find((each) => each.code === code);
  if (category === undefined) throw notFound('service.unknown', `service_code ${code} was not found.`, 'service_code');
  return category;
}

/** lat and long; or an address id: a building's, or the number on the plate of a lamp or bin; or an address in words. */
function placeOf(form: Form, { territory }: Open311Deps, language: string): Position {
  const lat = form.find('lat');
  const long = form.find('long');
  if (lat !== undefined || long !== undefined) {
    const latitude = findNumber({ lat }, 'lat', -90, 90);
    const longitude = findNumber({ long }, 'long', -180, 180);
    if (latitude === undefined || longitude === undefined)
      throw invalid('place.incomplete', 'lat and long are sent together.', lat === undefined ? 'lat' : 'long');
    return [longitude, latitude];
  }
  const addressId = form.find('address_id');
  if (addressId !== undefined) {
    const place =
      territory.findAsset(addressId)?.place ?? territory.pack.buildings.find(({ id }) => id === addressId)?.place;
    if (place === undefined)
      throw invalid('place.address_id', `address_id ${addressId} is not known here.`, 'address_id');
    return place;
  }
  const address = form.find('address_string');
  if (address === undefined)
    throw invalid('place.missing', 'A place is required: lat and long, address_string, or address_id.', 'lat');
  const [found] = territory.search(address, language, 8).filter(({ kind }) => kind === 'building' || kind === 'road');
  if (found === undefined)
    throw invalid(
      'place.address_string',
      `address_string was not found in this city; send lat and long.`,
      'address_string',
    );
  return found.place;
}

/** Attributes the service does not ask for are left alone: every client has some of its own. */
function answersOf(form: Form, category: ReportCategory): Record<string, Answer> {
  const answers: Record<string, Answer> = {};
  for (const question of category.questions) {
    const said = form.attributes.get(question.code);
    if (said !== undefined) answers[question.code] = toAnswer(question, said);
    else if (question.required)
      throw invalid('attribute.missing', `attribute[${question.code}] is required.`, `attribute[${question.code}]`);
  }
  return answers;
}

function toAnswer(question: Question, said: readonly string[]): Answer {
  const field = `attribute[${question.code}]`;
  const [first = ''] = said;
  if (question.datatype === 'multivaluelist') return said.flatMap((each) => keysIn(question, each));
  if (question.datatype === 'singlevaluelist') {
    if (said.length > 1) throw invalid('attribute.single', `${field} takes one value.`, field);
    return keyOf(question, first);
  }
  if (question.datatype === 'number') return findNumber({ [field]: first }, field, -1e15, 1e15) ?? 0;
  if (question.datatype === 'datetime' && findInstant(first) === undefined)
    throw invalid('attribute.datetime', `${field} is a date with time and zone.`, field);
  return first;
}

/** Some clients send several keys in one value, with commas between. */
const keysIn = (question: Question, said: string): string[] =>
  question.values.some(({ key }) => key === said)
    ? [said]
    : said.split(',').map((each) => keyOf(question, each.trim()));

function keyOf({ code, values }: Question, said: string): string {
  const value = values.find(({ key, name }) => key === said || Object.values(name).includes(said));
  if (value !== undefined) return value.key;
  const keys = values.map(({ key }) => key).join(', ');
  throw invalid('attribute.value', `attribute[${code}] is one of ${keys}.`, `attribute[${code}]`);
}

async function keepPhotos({ cleanImage, blobs, territory }: Open311Deps, form: Form): Promise<string[]> {
  const most = territory.pack.reporting.limits.photosPerReport;
  if (form.files.length > most) throw invalid('media.too_many', `A report has at most ${most} photos.`, 'media');
  const keys: string[] = [];
  for (const file of form.files) {
    const { content, mediaType } = await cleanImage(file);
    keys.push(await blobs.put(content, mediaType));
  }
  return keys;
}

const MOST_URL = 2_000;

/** Kept as the address it is: nothing is fetched from it. */
export function mediaUrlOf(form: Form): string | undefined {
  const text = form.find('media_url');
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || text.length > MOST_URL || url.username !== '')
    throw invalid('media.url', 'media_url is an http or https address.', 'media_url');
  return url.href;
}

const MOST_PERSONAL = 200;

/** Everything that names the sender; device and account stand in the note, so that they are erased with the rest. */
export function personOf(form: Form): PersonalData | undefined {
  for (const field of ['first_name', 'last_name', 'phone', 'email', 'device_id', 'account_id'])
    if ((form.find(field)?.length ?? 0) > MOST_PERSONAL)
      throw invalid('text.too_long', `${field} has at most ${MOST_PERSONAL} characters.`, field);
  const join = (...parts: (string | undefined)[]) => parts.filter((part) => part !== undefined).join(' ') || undefined;
  const [device, account] = [form.find('device_id'), form.find('account_id')];
  const person = {
    name: join(form.find('first_name'), form.find('last_name')),
    phone: form.find('phone'),
    email: form.find('email'),
    note: join(device && `device_id ${device}`, account && `account_id ${account}`),
  };
  const kept = Object.fromEntries(Object.entries(person).filter(([, value]) => value !== undefined));
  return Object.keys(kept).length === 0 ? undefined : kept;
}

/** What clients call their own number of a report. */
const OWN_NUMBERS = ['service_request_id_ext', 'fixmystreet_id', 'external_id'] as const;

/**
 * Whoever sends with a key and names its own number may send again: it is the same report. Without a key two strangers could name the
 * same number, so every report is a new one.
 */
function clientIdOf(form: Form, caller: Caller | undefined, { random }: Open311Deps): string {
  const own = OWN_NUMBERS.map((name) => form.find(name) ?? form.attributes.get(name)?.[0]).find(
    (each) => each !== undefined,
  );
  if (caller === undefined || own === undefined) return toUuid(random(16));
  return toUuid(createHash('sha256').update(`${caller.id}\n${own}`).digest().subarray(0, 16));
}

/** Version 8, variant 1: a UUID whose other bits are the maker's own. */
function toUuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  const variant = ((Number.parseInt(hex[16]!, 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** Receipts name the fields of their own; clients know the standard's. */
const FIELDS: Readonly<Record<string, string>> = {
  category: 'service_code',
  place: 'lat',
  photos: 'media',
  name: 'first_name',
};

export function inTheirWords(error: unknown): unknown {
  if (!(error instanceof CityError) || error.field === undefined) return error;
  const attribute = /^answers\.(.+)$/.exec(error.field)?.[1];
  const field = attribute === undefined ? FIELDS[error.field] : `attribute[${attribute}]`;
  return field === undefined ? error : new CityError(error.kind, error.code, error.message, field, error.details);
}
