/** What each command of `cityloom simulate` does to the city. */
import type { Instant } from '#kernel/time.ts';
import type { Obey, Order } from './control.ts';
import { candidatesOf } from './faults/candidates.ts';
import type { Fault, Faults } from './faults/faults.ts';
import { FAULT_KINDS, findKind } from './faults/kinds.ts';
import type { RuleOf } from './faults/limits.ts';
import type { World } from './world.ts';

export interface Obedience {
  readonly world: World;
  readonly faults: Faults;
  readonly ruleOf: RuleOf;
  readonly now: () => Instant;
  /** Told of every fault begun by hand. */
  readonly onFault: (fault: Fault) => void;
  readonly status: () => object;
}

export function obeyer({ world, faults, ruleOf, now, onFault, status }: Obedience): Obey {
  let count = 0;

  function begin({ command, asset, share }: Order) {
    const kind = findKind(command)!;
    if (asset !== undefined && !world.assets.has(asset))
      return refuse(404, 'asset.unknown', `The city has no asset ${asset}.`);
    if (kind.special === 'burst' && asset !== undefined && !world.waterSystem?.pipes.some(({ id }) => id === asset))
      return refuse(400, 'asset.not_a_main', `${asset} is not a water main.`);
    if (faults.active().some(({ assetId }) => assetId === asset))
      return refuse(409, 'asset.in_trouble', `${asset} is in trouble already.`);
    if (share !== undefined && !(share > 0 && share <= 1))
      return refuse(400, 'share.out_of_range', 'The open share of a burst is above 0 and at most 1.');
    const fault = faults.begin(kind, now(), { assetId: asset, number: 1_000 + ++count, openShare: share });
    if (!fault)
      return refuse(
        409,
        'fault.no_place',
        `${asset ?? 'No asset'} can have this trouble: the city measures nothing there that would show it.`,
      );
    onFault(fault);
    return { status: 200, body: describe(fault) };
  }

  function mend({ asset }: Order) {
    const meant = faults
      .active()
      .filter(({ id, assetId }) => asset === undefined || asset === 'all' || assetId === asset || id === asset);
    if (meant.length === 0)
      return refuse(404, 'fault.unknown', asset ? `Nothing is wrong with ${asset}.` : 'Nothing is wrong.');
    for (const fault of meant) faults.mend(fault, now());
    return { status: 200, body: { mended: meant.map(describe) } };
  }

  return (order) => {
    if (order.command === 'list')
      return {
        status: 200,
        body: {
          active: faults.active().map(describe),
          kinds: FAULT_KINDS.map((kind) => ({
            id: kind.id,
            name: kind.name,
            places: candidatesOf(world, ruleOf, kind).length,
          })),
        },
      };
    if (order.command === 'status') return { status: 200, body: status() };
    if (order.command === 'repair') return mend(order);
    return findKind(order.command)
      ? begin(order)
      : refuse(400, 'command.unknown', `There is no command "${order.command}".`);
  };
}

const refuse = (status: number, code: string, message: string) => ({ status, body: { code, message } });
const describe = ({ id, kind, assetId, place, since, endsAt, closedValves }: Fault) => ({
  id,
  kind: kind.id,
  name: kind.name,
  asset: assetId,
  place,
  since,
  endsAt,
  closedValves,
});
