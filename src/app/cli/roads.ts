/** `cityloom roads`: what an OpenStreetMap extract gives as a road network, before a city relies on it. */
import { resolve } from 'node:path';
import { invalid } from '#kernel/errors.ts';
import { readOsmRoads } from '../roads.ts';
import { type Command, EXIT } from './command.types.ts';

const HELP = `
cityloom roads FILE.osm.pbf

Reads the streets of an OpenStreetMap extract as a network for vans, and prints what was found and what was left out: streets,
sections, turns, separate parts, turn restrictions, barriers. Files above 500 MB are refused: cut the city out first.

Exit codes: 0 done, 1 the file cannot be opened, is too large or uses what is not read here, 2 no FILE was given, or it is no whole
extract, or holds no street.
`;

export const roads: Command = {
  summary: 'print what an OpenStreetMap extract gives as a road network',
  help: HELP,
  async run(args, context) {
    const [file] = args;
    if (file === undefined || args.length > 1) throw invalid('roads.no_file', 'Name one FILE.osm.pbf.', 'FILE');
    const { roads, read } = await readOsmRoads(resolve(context.cwd, file));
    const { figures } = roads;
    const { taken, throughStreets, atSomeHours, unfit, forOthers } = read.restrictions;
    const lines = [
      `streets       ${read.streets} with ${figures.vertices} vertices; ${read.barriers} barriers end one`,
      `network       ${figures.sections} sections, ${figures.ways} ways by direction, ${figures.turns} turns`,
      `parts         ${figures.components}; all but the largest left out: ${figures.waysLeftOut} ways`,
      `restrictions  ${taken} taken, ${figures.turnRules.applied} of them bind`,
      `  left out    ${throughStreets} through streets, ${atSomeHours} at some hours only, ${unfit} unfit, ${forOthers} for others`,
      `shortcuts     ${figures.shortcuts}`,
    ];
    context.stdout.write(`${lines.join('\n')}\n`);
    return EXIT.done;
  },
};
