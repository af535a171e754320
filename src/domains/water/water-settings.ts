/** What the water domain takes from the pack (`settings.findings` of domains/water.yaml). */
import type { Grade } from '#kernel/words.ts';
import type { RankingSettings } from './candidates.ts';

export interface WaterSettings extends RankingSettings {
  /** Case class that a burst opens. */
  readonly opens: string;
  /** Indicators that count. */
  readonly pressure: string;
  readonly flow: string;
  /** Fact that tells which loggers feel each other: the pressure zone. Without it the whole network is one. */
  readonly parent: string;
  /** One logger alone is enough from this grade on. */
  readonly aloneFrom: Grade;
  /** So many loggers, this near to each other, within so many minutes. */
  readonly atLeast: number;
  readonly nearMetres: number;
  readonly withinMinutes: number;
  /** Pipes named, and loggers asked. */
  readonly candidates: number;
  readonly mostLoggers: number;
}
