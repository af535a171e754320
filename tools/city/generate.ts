/**
 * Makes the mountain city, always the same one: `node tools/city/generate.ts` writes its files, `--check` compares them byte for byte
 * and exits 1 when one differs. The files that hold decisions (domains, case classes, plans, calendars, accounts) are written by hand.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { baysFile, bikeZonesFile } from './bikes.ts';
import { areasFile, buildingsFile, cellsFile, groundFile, roadsFile } from './city-files.ts';
import { buildDrainage } from './drainage.ts';
import { toGeoJson } from './features.ts';
import { buildGas } from './gas.ts';
import { simulateDay } from './hydraulics.ts';
import { addInstruments, setNormals } from './instruments.ts';
import { buildKiosks } from './kiosks.ts';
import { partiesYaml } from './parties.ts';
import { buildPlan } from './plan.ts';
import { buildPower } from './power.ts';
import { buildRail } from './rail.ts';
import { buildBridges, buildTunnels } from './structures.ts';
import { buildTelecom } from './telecom.ts';
import { buildWater, nodeFeatures } from './water.ts';

const PACK = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'packs', 'mountain-city');

/** Path inside the pack → content. */
async function makeFiles(): Promise<Map<string, string>> {
  const plan = buildPlan();
  const water = buildWater(plan);
  addInstruments(water, plan);
  const nodes = nodeFeatures(water);
  const { settings } = parse(await readFile(join(PACK, 'domains', 'water.yaml'), 'utf8')) as {
    settings: { patterns: Record<string, number[]> };
  };
  setNormals(water.assets.features, await simulateDay(nodes, water.assets.features, settings.patterns));
  const gas = buildGas(plan);
  const drainage = buildDrainage(plan);
  return new Map([
    ['areas.geojson', areasFile(plan)],
    ['cells.geojson', cellsFile(plan)],
    ['roads.geojson', roadsFile(plan)],
    ['buildings.geojson', buildingsFile(plan)],
    ['ground.geojson', groundFile()],
    ['parties.yaml', partiesYaml(plan)],
    ['networks/water.geojson', toGeoJson(nodes)],
    ['networks/gas.geojson', toGeoJson(gas.nodes)],
    ['networks/drainage.geojson', toGeoJson(drainage.nodes)],
    ['assets/water.geojson', toGeoJson(water.assets.features)],
    ['assets/power.geojson', toGeoJson(buildPower(plan).features)],
    ['assets/gas.geojson', toGeoJson(gas.assets.features)],
    ['assets/telecom.geojson', toGeoJson(buildTelecom(plan).features)],
    ['assets/bridges.geojson', toGeoJson(buildBridges(plan).features)],
    ['assets/tunnels.geojson', toGeoJson(buildTunnels(plan).features)],
    ['assets/rail.geojson', toGeoJson(buildRail().features)],
    ['assets/drainage.geojson', toGeoJson(drainage.assets.features)],
    ['shared-bikes/bays.geojson', baysFile(plan)],
    ['shared-bikes/zones.geojson', bikeZonesFile(plan)],
    ['assets/resident-services.geojson', toGeoJson(buildKiosks(plan).features)],
  ]);
}

/** Files whose content on disk is not what the generator makes. */
export async function differences(): Promise<string[]> {
  const wrong: string[] = [];
  for (const [file, content] of await makeFiles()) {
    const found = await readFile(join(PACK, file), 'utf8').catch(() => undefined);
    if (found !== content) wrong.push(file);
  }
  return wrong;
}

async function main(): Promise<void> {
  if (process.argv.includes('--check')) {
    const wrong = await differences();
    for (const file of wrong) console.error(`${file}: differs from what tools/city/generate.ts makes`);
    process.exitCode = wrong.length > 0 ? 1 : 0;
    return;
  }
  for (const [file, content] of await makeFiles()) {
    const path = join(PACK, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    console.log(`${file}: ${(content.length / 1e6).toFixed(2)} MB`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
