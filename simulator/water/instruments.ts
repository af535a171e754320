/** What each water instrument reads off the hydraulic model. An indicator that is not hydraulic (chemistry, batteries) has no reader. */
import type { Asset } from '#kernel/city.ts';
import type { Hydraulics } from './hydraulics.ts';
import type { WaterNode, WaterSystem } from './system.ts';

/** In the unit of the indicator; undefined while it cannot be told. */
export type WaterReader = () => number;

const DRY_KPA = 30;
/** 150 litres a day. */
const LITRES_PER_PERSON_HOUR = 6.25;

export function waterReaders(
  system: WaterSystem,
  water: () => Hydraulics,
): (asset: Asset, indicator: string) => WaterReader | undefined {
  const nodes = new Map(system.nodes.map((node) => [node.id, node]));
  const links = new Map([...system.pipes, ...system.pumps, ...system.reducers].map((link) => [link.id, link]));
  const pipesAt = new Map<string, string[]>();
  for (const { id, from, to } of system.pipes)
    for (const end of [from, to]) pipesAt.set(end, [...(pipesAt.get(end) ?? []), id]);
  /** A source may feed one pipe or several; what leaves it is what they carry away. */
  const leaving = (node: string) => () =>
    nodes.get(node)?.kind === 'junction'
      ? throughput(water(), links, pipesAt.get(node) ?? [])
      : Math.abs(water().outflowLps(node));

  return (asset, indicator) => {
    const [node, link] = [text(asset, 'node'), text(asset, 'link')];
    const own = links.get(asset.id);
    const measured = link === undefined ? undefined : links.get(link);
    switch (`${asset.assetClass}/${indicator}`) {
      case 'pressure-logger/pressure':
        return node !== undefined && nodes.has(node) ? () => water().pressureKpa(node) : undefined;
      case 'flow-meter/flow':
      case 'district-meter/flow':
        return measured && (() => water().flowLps(measured.id));
      case 'district-meter/pressure':
        return measured && (() => water().pressureKpa(measured.to));
      case 'pump/power':
        return own && (() => water().pumpKw(own.id));
      case 'pump/flow':
        return own && (() => Math.max(0, water().flowLps(own.id)));
      case 'pump/outlet-pressure':
      case 'pressure-reducing-valve/outlet-pressure':
        return own && (() => water().pressureKpa(own.to));
      case 'pressure-reducing-valve/inlet-pressure':
        return own && (() => water().pressureKpa(own.from));
      case 'service-tank/level':
        return node !== undefined && nodes.has(node) ? () => water().levelMetres(node) : undefined;
      case 'service-tank/outflow':
        return node !== undefined && nodes.has(node) ? () => water().outflowLps(node) : undefined;
      case 'treatment-works/flow':
        return node !== undefined && nodes.has(node) ? leaving(node) : undefined;
      case 'building-meter/flow':
        return node !== undefined && nodes.has(node) ? houseMeter(asset, nodes.get(node)!, water) : undefined;
      default:
        return undefined;
    }
  };
}

/** What passes through a node: the larger of what comes and what goes, which differ only by its own demand. */
function throughput(water: Hydraulics, links: ReadonlyMap<string, unknown>, pipes: readonly string[]): number {
  return pipes.filter((id) => links.has(id)).reduce((sum, id) => sum + Math.abs(water.flowLps(id)), 0) / 2;
}

/** L/h: what the people of a house draw, as the demand at its node goes up and down; nothing when there is no pressure. */
function houseMeter(asset: Asset, { id, demandLps }: WaterNode, water: () => Hydraulics): WaterReader {
  const residents = typeof asset.properties.residents === 'number' ? asset.properties.residents : 20;
  return () => {
    if (water().pressureKpa(id) < DRY_KPA) return 0;
    return residents * LITRES_PER_PERSON_HOUR * (demandLps > 0 ? water().demandLps(id) / demandLps : 1);
  };
}

export function text({ properties }: Asset, name: string): string | undefined {
  const value = properties[name];
  return typeof value === 'string' ? value : undefined;
}
