/** What the city has learnt of its residents' words: the model in force, and how a newly trained one is taken while it runs. */
import { findModel, followModel, modelPath } from '#casework/understanding/model-store.ts';
import { createUnderstanding } from '#casework/understanding/understanding.ts';
import type { Understanding } from '#casework/understanding/understanding.types.ts';
import type { CityPack } from '#kernel/city.ts';
import type { Clock, Log } from '#kernel/ports.ts';

const LOOK_EVERY_MS = 5_000;

export function furnishUnderstanding(
  { reporting }: CityPack,
  dataDir: string,
  clock: Clock,
  log: Log,
): { readonly understanding: Understanding; start(): () => void } {
  const path = modelPath(dataDir);
  const understanding = createUnderstanding({
    categories: reporting.categories,
    findModel: () => findModel(path),
    now: clock.now(),
  });
  const take = () =>
    void understanding
      .reload()
      .catch((error: Error) =>
        log.warn({ error: error.message }, 'The trained model of reports cannot be used; the one in force stays'),
      );
  return {
    understanding,
    /** Takes the stored model and every later one; the answer stops it. */
    start() {
      take();
      return followModel(path, LOOK_EVERY_MS, take);
    },
  };
}
