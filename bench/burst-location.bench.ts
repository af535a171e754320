/**
 * How near the named pipe lies to the one that really broke: mains of the demonstration city broken one by one in EPANET, each judged
 * from the pressure loggers of its zone alone. Prints how often the broken pipe is named first and among the first three, and how far the first is
 * from it. `node bench/burst-location.bench.ts [COUNT]`
 */
import { rankCandidates } from '#domains/water/candidates.ts';
import { water } from '#domains/water/index.ts';
import { distanceMetres, midpoint } from '#kernel/geo.ts';
import { startHydraulics } from '#simulator/water/hydraulics.ts';
import { readWaterSystem } from '#simulator/water/system.ts';
import { loadPack } from '#territory/pack/load-pack.ts';

const count = Number(process.argv[2] ?? 60);
const OPEN_SHARE = 0.15;
const NINE_IN_THE_MORNING = 9 * 3_600;

const pack = await loadPack('packs/mountain-city');
const network = pack.networks.get('water')!;
const hydraulics = await startHydraulics(readWaterSystem(pack)!, NINE_IN_THE_MORNING);
const loggers = pack.assets.filter((asset) => asset.assetClass === 'pressure-logger');
const mains = pack.assets.filter(
  ({ assetClass, properties }) => assetClass === 'main' && Number(properties.bore_mm) >= 150,
);
const nodeOf = (asset: (typeof loggers)[number]): string => String(asset.properties.node);

let seed = 7;
const random = (): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
};
const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

let [felt, first, three] = [0, 0, 0];
const metres: number[] = [];
const milliseconds: number[] = [];
for (let i = 0; i < count; i++) {
  const main = mains[Math.floor(random() * mains.length)]!;
  const link = network.links.get(main.id)!;
  const near = loggers
    .filter((logger) => logger.properties.zone === main.properties.zone)
    .sort((a, b) => distanceMetres(a.place, main.place) - distanceMetres(b.place, main.place))
    .slice(0, water.defaults.mostLoggers);
  const before = near.map((logger) => hydraulics.pressureKpa(nodeOf(logger)));
  hydraulics.burst(main.id, OPEN_SHARE);
  const losses = near.map((logger, n) => {
    const lost = before[n]! - hydraulics.pressureKpa(nodeOf(logger)) + (random() - 0.5) * 4;
    return { node: nodeOf(logger), kpa: lost, share: lost / before[n]! };
  });
  hydraulics.repair(main.id);
  if (!losses.some(({ share }) => share > 0.15)) continue;
  felt++;
  const began = performance.now();
  const ranked = rankCandidates(network, losses, water.defaults);
  milliseconds.push(performance.now() - began);
  const place = ranked.findIndex((candidate) => candidate.link.id === link.id);
  if (place === 0) first++;
  if (place >= 0 && place < 3) three++;
  if (ranked[0]) metres.push(distanceMetres(midpoint(ranked[0].link.line), midpoint(link.line)));
}
hydraulics.close();
console.log(
  `${count} mains broken, ${felt} felt by a logger; named first ${first}, among three ${three}; first is ${median(metres).toFixed(0)} m away (median), within 300 m ${metres.filter((m) => m <= 300).length}; ${median(milliseconds).toFixed(1)} ms each`,
);
