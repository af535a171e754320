/**
 * What work does to the city. It follows the work orders as the city shows them, no matter who moved them: when the leading crew has
 * arrived, the valves around a burst are closed; after the time a repair takes, or when somebody says it is done, the thing is
 * mended and the world recovers.
 */
import type { Instant } from '#kernel/time.ts';
import type { Fault, Faults } from '../faults/faults.ts';
import type { Agenda } from './agenda.ts';
import type { OrderSeen, Person } from './console.ts';
import { faultOf } from './matching.ts';

const ISOLATE_SECONDS = [15, 35] as const;
const MEND_SECONDS: Readonly<Record<string, readonly [number, number]>> = { burst: [70, 140] };
const MEND_OTHER_SECONDS = [25, 80] as const;

export interface Field {
  /** Looks at the open orders and lets the work take effect. */
  follow(orders: readonly OrderSeen[], at: Instant): Promise<void>;
  isMended(order: OrderSeen): boolean;
}

export function createField(
  viewer: Person,
  faults: Faults,
  agenda: Agenda,
  tell: (message: string, fields: object) => void,
): Field {
  /** Leading orders on their way: which fault they are about; undefined when there is nothing to mend (any more). */
  const leading = new Map<string, { readonly order: OrderSeen; readonly fault: Fault | undefined }>();

  const isActive = (fault: Fault | undefined): fault is Fault => fault !== undefined && faults.active().includes(fault);
  function mend(fault: Fault, order: OrderSeen, at: Instant): void {
    faults.mend(fault, at);
    tell('mended', { fault: fault.kind.id, asset: fault.assetId, party: order.party });
  }

  async function meet(order: OrderSeen, at: Instant): Promise<void> {
    const seen = await viewer.caseDetail(order.caseId);
    if (!seen) return;
    const fault = faultOf(seen, faults.active());
    leading.set(order.id, { order, fault });
    if (fault && order.state === 'finished') mend(fault, order, at);
  }

  async function workOn(order: OrderSeen, fault: Fault, at: Instant): Promise<void> {
    const isBurst = fault.kind.special === 'burst';
    if (isBurst && fault.closedValves.length === 0) {
      if (!agenda.isTime(`isolate/${order.id}`, at, ISOLATE_SECONDS)) return;
      tell(faults.isolate(fault) ? 'valves closed' : 'no valves to close', {
        asset: fault.assetId,
        valves: fault.closedValves,
      });
      return;
    }
    if (agenda.isTime(`mend/${order.id}`, at, MEND_SECONDS[fault.kind.id] ?? MEND_OTHER_SECONDS))
      mend(fault, order, at);
  }

  return {
    async follow(orders, at) {
      const open = new Map(orders.filter(({ lead }) => lead).map((order) => [order.id, order]));
      for (const order of open.values()) {
        if (order.state !== 'arrived') continue;
        if (!leading.has(order.id)) await meet(order, at);
        const fault = leading.get(order.id)?.fault;
        if (isActive(fault)) await workOn(order, fault, at);
      }
      for (const order of open.values())
        if (!leading.has(order.id) && (order.state === 'accepted' || order.state === 'on_the_way'))
          await meet(order, at);
      for (const [id, { order, fault }] of leading) {
        if (open.has(id)) continue;
        leading.delete(id);
        // It left the list of open orders: finished by somebody, or called off.
        const seen = isActive(fault) ? await viewer.caseDetail(order.caseId) : undefined;
        if (isActive(fault) && seen?.workOrders?.some((each) => each.id === id && each.state === 'finished'))
          mend(fault, order, at);
      }
    },
    isMended: (order) => leading.has(order.id) && !isActive(leading.get(order.id)?.fault),
  };
}
