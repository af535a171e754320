/** A public request in the standard's fields. */
import type { PublicRequest, PublicStep } from '#casework/receipts/public-requests.types.ts';
import type { CityPack } from '#kernel/city.ts';
import type { ReportCategory } from '#kernel/reporting.ts';
import { dateTime } from './query.ts';
import { statusOfState, statusOfStep } from './statuses.ts';
import type { Speech } from './words.ts';
import type { Value } from './xml.ts';

export interface Showing {
  readonly pack: CityPack;
  readonly speech: Speech;
  /** `https://city.example/open311/v2` */
  readonly endpoint: string;
}

const DEGREES = 1e6;
const round = (degrees: number): number => Math.round(degrees * DEGREES) / DEGREES;

export const photoUrl = (endpoint: string, key: string): string => `${endpoint}/media/${key}`;

/** Every field of the standard, null where there is nothing to say; zip codes and address ids are not kept. */
export function toRequest(request: PublicRequest, { pack, speech, endpoint }: Showing): { [field: string]: Value } {
  const category = findCategory(pack, request.category);
  const [photo] = request.photos;
  return {
    service_request_id: request.id,
    status: request.isOpen ? 'open' : 'closed',
    status_notes: statusNotes(request, speech),
    service_name: category === undefined ? null : speech.of(category.name),
    service_code: request.category,
    description: request.description ?? null,
    agency_responsible: request.partyName === undefined ? null : speech.of(request.partyName),
    service_notice: null,
    requested_datetime: dateTime(request.reportedAt),
    updated_datetime: dateTime(request.updatedAt),
    expected_datetime: request.dueAt === undefined ? null : dateTime(request.dueAt),
    address: request.address === undefined ? null : speech.of(request.address),
    address_id: null,
    zipcode: null,
    lat: request.place === undefined ? null : round(request.place[1]),
    long: request.place === undefined ? null : round(request.place[0]),
    media_url: photo === undefined ? (request.mediaUrl ?? null) : photoUrl(endpoint, photo),
  };
}

function statusNotes(request: PublicRequest, speech: Speech): string {
  if (request.state === undefined) return speech.say(request.isOpen ? 'held' : 'status.NO_FURTHER_ACTION');
  return speech.say(request.state === 'handled' ? 'handled' : `status.${statusOfState(request.state)}`);
}

const findCategory = (pack: CityPack, code: string): ReportCategory | undefined =>
  pack.reporting.categories.find((category) => category.code === code);

/** What `extensions=true` adds. */
export function toExtensions(
  request: PublicRequest,
  steps: readonly PublicStep[],
  showing: Showing,
): { [field: string]: Value } {
  const { pack, speech, endpoint } = showing;
  return {
    attributes: attributesOf(request, findCategory(pack, request.category), speech),
    extended_attributes: {
      reference: request.reference ?? null,
      photos: request.photos.map((key) => ({ media_url: photoUrl(endpoint, key) })),
    },
    notes: steps.flatMap(({ at, action, state }) => {
      const status = statusOfStep(action, state);
      if (status === undefined) return [];
      const description = speech.say(state === 'handled' ? 'handled' : `status.${status}`);
      return [{ datetime: dateTime(at), description, type: status.toLowerCase() }];
    }),
  };
}

/** Only answers out of the pack's own lists and numbers: what somebody wrote freely may name a person. */
function attributesOf(request: PublicRequest, category: ReportCategory | undefined, speech: Speech): Value {
  return (category?.questions ?? []).flatMap((question) => {
    const answer = request.answers[question.code];
    const isFree = question.datatype === 'string' || question.datatype === 'text';
    if (answer === undefined || isFree) return [];
    const said = [answer].flat().map((each) => {
      const value = question.values.find(({ key }) => key === String(each));
      return value === undefined ? String(each) : speech.of(value.name);
    });
    return [{ code: question.code, label: speech.of(question.question), value: said.join(', ') }];
  });
}
