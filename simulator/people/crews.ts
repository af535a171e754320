/**
 * The crews: each party accepts what it is asked to do, sets out, arrives, works and feeds back. What the work does to the city is not
 * decided here but in the field (field.ts), which follows the orders whoever moved them, a crew or a person at a screen.
 */
import type { WorkOrderState } from '#kernel/case.ts';
import type { Instant } from '#kernel/time.ts';
import type { Agenda } from './agenda.ts';
import type { CaseSeen, OrderSeen, Person } from './console.ts';
import { drawPhoto } from './photo.ts';
import { pickDone, pickWord, WORDS } from './words.ts';

type Seconds = readonly [number, number];

const STEPS: Readonly<
  Partial<Record<WorkOrderState, { readonly action: string; readonly lead: Seconds; readonly support: Seconds }>>
> = {
  issued: { action: 'accept', lead: [5, 15], support: [10, 45] },
  accepted: { action: 'set_out', lead: [5, 15], support: [10, 40] },
  on_the_way: { action: 'arrive', lead: [30, 90], support: [30, 110] },
};
const SUPPORT_SECONDS = [40, 140] as const;
const LEAD_SECONDS = [5, 15] as const;

/** `isMended` says for a lead order whether the thing itself is in order again, `caseOf` what it is about. */
export async function workInCrews(
  orders: readonly OrderSeen[],
  crews: ReadonlyMap<string, Person>,
  agenda: Agenda,
  isMended: (order: OrderSeen) => boolean,
  caseOf: (order: OrderSeen) => CaseSeen | undefined,
  at: Instant,
): Promise<void> {
  for (const order of orders) {
    const crew = crews.get(order.party);
    if (!crew) continue;
    const step = STEPS[order.state];
    if (step && agenda.isTime(`${step.action}/${order.id}`, at, order.lead ? step.lead : step.support))
      await crew.actOnOrder(order.id, step.action);
    if (order.state !== 'arrived' || (order.lead && !isMended(order))) continue;
    if (agenda.isTime(`finish/${order.id}`, at, order.lead ? LEAD_SECONDS : SUPPORT_SECONDS))
      await finish(crew, order, caseOf(order));
  }
}

async function finish(crew: Person, order: OrderSeen, about: CaseSeen | undefined): Promise<void> {
  const photo =
    order.needsPhoto || order.lead
      ? await crew.photo(drawPhoto(order.lead ? order.caseId : order.id, 'work', order.id))
      : undefined;
  if (order.needsPhoto && photo === undefined) return;
  // Where no instrument speaks nobody says that its reading is normal again.
  const feedback =
    order.lead && about?.findings === 0
      ? pickDone(about.caseClass, order.id)
      : pickWord(order.lead ? WORDS.mended : WORDS.supported, order.id);
  await crew.actOnOrder(order.id, 'finish', { feedback, photos: photo === undefined ? [] : [photo] });
}
