/** What is to be done, from work orders, cases, visits and bookings: each as one task with the photos that show how it was. */
import type { CaseDetail, CaseSummary, WorkOrder } from '#casework/casework.types.ts';
import type { Visit } from '#domains/community/community.types.ts';
import type { Position } from '#kernel/geo.ts';
import { HOUR } from '#kernel/time.ts';
import type { Localized } from '#kernel/words.ts';
import type { OpenCaseView, TaskView } from './api.types.ts';
import type { DoorBooking } from './crew.types.ts';

type CaseFields = Pick<
  TaskView,
  'caseId' | 'reference' | 'sentence' | 'place' | 'address' | 'cell' | 'grade' | 'reports' | 'version' | 'before'
>;

const fieldsOf = (detail: CaseDetail): CaseFields => ({
  caseId: detail.id,
  reference: detail.reference,
  sentence: detail.sentence,
  place: detail.place,
  address: detail.address,
  cell: detail.cell,
  grade: detail.grade,
  reports: detail.reports,
  version: detail.sequence,
  before: reportPhotos(detail),
});

export const orderTask = (detail: CaseDetail, order: WorkOrder): TaskView => ({
  ...fieldsOf(detail),
  id: `order:${order.id}`,
  kind: 'order',
  target: order.id,
  title: order.task,
  state: order.state,
  startedAt: order.issuedAt,
  dueAt: order.state === 'issued' ? order.acceptBy : order.finishBy,
  needsPhoto: order.needsPhoto,
  after: [],
});

export const checkTask = (detail: CaseDetail): TaskView => ({
  ...fieldsOf(detail),
  id: `check:${detail.id}`,
  kind: 'check',
  target: detail.id,
  title: detail.name,
  state: 'due',
  startedAt: detail.raisedAt,
  dueAt: detail.clock?.dueAt,
  needsPhoto: true,
  after: [],
});

export const verifyTask = (detail: CaseDetail): TaskView => ({
  ...fieldsOf(detail),
  id: `verify:${detail.id}`,
  kind: 'verify',
  target: detail.id,
  title: detail.name,
  state: 'due',
  startedAt: detail.clock?.startedAt ?? detail.updatedAt,
  dueAt: detail.clock?.dueAt,
  needsPhoto: true,
  after: detail.workOrders.flatMap(({ photos }) => photos),
});

const NOTHING = {
  caseId: undefined,
  reference: undefined,
  grade: undefined,
  before: [],
  after: [],
  reports: 0,
} as const;

export function visitTask(
  visit: Visit,
  at: { readonly address: Localized; readonly place: Position | undefined },
  words: Localized,
  dueWithinHours: number,
): TaskView {
  return {
    ...NOTHING,
    id: `visit:${visit.id}`,
    kind: 'visit',
    target: visit.id,
    title: words,
    // The pseudonym is what the carer's own list at home is sorted by; nobody else can read it.
    sentence: Object.fromEntries(Object.keys(words).map((language) => [language, visit.pseudonym])),
    place: visit.place ?? at.place,
    address: at.address,
    cell: visit.cell,
    state: 'due',
    startedAt: visit.dueAt,
    dueAt: visit.dueAt + dueWithinHours * HOUR,
    needsPhoto: false,
    version: visit.version,
  };
}

export const bookingTask = (booking: DoorBooking): TaskView => ({
  ...NOTHING,
  id: `booking:${booking.id}`,
  kind: 'booking',
  target: booking.id,
  title: booking.serviceName,
  sentence: {},
  place: booking.place,
  address: booking.address,
  cell: booking.cell,
  state: 'due',
  startedAt: booking.begin,
  dueAt: booking.end,
  needsPhoto: false,
  version: booking.version,
});

export const openCase = (summary: CaseSummary): OpenCaseView => ({
  id: summary.id,
  reference: summary.reference,
  name: summary.name,
  sentence: summary.sentence,
  grade: summary.grade,
  state: summary.state,
  place: summary.place,
  cell: summary.cell,
  partyName: summary.partyName,
  dueAt: summary.clock?.dueAt,
});

/** Photos that came with the reports of a case, oldest first. */
function reportPhotos({ events }: CaseDetail): string[] {
  const keys = events.flatMap(({ type, details }) => {
    if (type === 'collect')
      return (details.children as { photos?: readonly string[] }[]).flatMap((each) => each.photos ?? []);
    if (type === 'report.added') return (details.report as { photos?: readonly string[] }).photos ?? [];
    return [];
  });
  return [...new Set(keys)].slice(0, 6);
}
