/** The road network that a city's vans drive on: from the pack's streets, or from an OpenStreetMap extract. */
import { type OsmFigures, readStreetMap } from '#adapters/osm/street-map.ts';
import { joinLines } from '#dispatch/roads/joined-lines.ts';
import { buildRoads } from '#dispatch/roads/roads.ts';
import type { Roads } from '#dispatch/roads/roads.types.ts';
import type { CityPack, Road } from '#kernel/city.ts';

/** What a van drives on average on a street of the pack; nothing: no street for vans. A pack has neither one-ways nor turn rules. */
const KPH: Readonly<Record<Road['kind'], number | undefined>> = {
  trunk: 55,
  primary: 42,
  secondary: 34,
  residential: 22,
  bridge: 42,
  tunnel: 42,
  path: undefined,
};

/**
 * Gives the network of the pack's streets, built when it is first asked for and once only. Throws `roads.no_streets` in a city
 * without streets.
 */
export function packRoads({ roads }: Pick<CityPack, 'roads'>): () => Roads {
  let built: Roads | undefined;
  return () => {
    built ??= buildRoads(
      joinLines(
        roads.flatMap(({ kind, line }) => {
          const kph = KPH[kind];
          const isOnGround = kind !== 'bridge' && kind !== 'tunnel';
          return kph === undefined ? [] : [{ line, kph, isOneWay: false, isOnGround }];
        }),
      ),
    );
    return built;
  };
}

/** The network of an extract. Errors: those of the file (`osm.…`), and `roads.no_streets`. */
export async function readOsmRoads(path: string): Promise<{ readonly roads: Roads; readonly read: OsmFigures }> {
  const { map, figures } = await readStreetMap(path);
  return { roads: buildRoads(map), read: figures };
}
