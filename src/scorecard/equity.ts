/**
 * Who is heard: reports of residents by community, against what sensors and grid workers find there by themselves. Pure.
 *
 * People report where they expect an answer; a neighbourhood that says little may be well, or may have given up. What was noticed
 * without them stands for the need. If everybody spoke up alike, a community's share of the reports would be its share of the need.
 * One that falls well short of it, and by more than chance explains, is `quiet`: go and look, that is all it says. Communities are not
 * ranked, and counts under the smallest published one are left out, also when they could be worked out from the total.
 */

export interface CommunityTally {
  readonly id: string;
  readonly residents: number;
  /** Reports by residents, also over the hotline. */
  readonly told: number;
  /** Cases that sensors or grid workers found. */
  readonly noticed: number;
}

export interface CommunityEquity {
  readonly id: string;
  readonly residents: number | undefined;
  /** Undefined: fewer than the smallest published count. */
  readonly told: number | undefined;
  readonly noticed: number | undefined;
  readonly toldPerThousand: number | undefined;
  readonly noticedPerThousand: number | undefined;
  /** Reports there would be if people spoke up as in the whole city; whole numbers, because it is no more exact. */
  readonly expected: number;
  readonly isQuiet: boolean;
}

export interface Equity {
  readonly communities: readonly CommunityEquity[];
  readonly told: number | undefined;
  readonly noticed: number | undefined;
  readonly toldPerThousand: number | undefined;
}

/** Less than this share of what would be expected. */
const QUIET_SHARE = 0.5;
/** A chance smaller than this is not taken for chance. */
const QUIET_CHANCE = 0.05;

export function judgeEquity(tallies: readonly CommunityTally[], smallestCount: number): Equity {
  const sum = (of: (tally: CommunityTally) => number) => tallies.reduce((total, tally) => total + of(tally), 0);
  const [told, noticed, residents] = [
    sum((each) => each.told),
    sum((each) => each.noticed),
    sum((each) => each.residents),
  ];
  const shown = (count: number) => (count < smallestCount ? undefined : count);
  const total = (count: number, of: (tally: CommunityTally) => number) =>
    tallies.filter((tally) => shown(of(tally)) === undefined && of(tally) > 0).length === 1 ? undefined : shown(count);
  const [toldShown, noticedShown] = [total(told, (each) => each.told), total(noticed, (each) => each.noticed)];
  return {
    told: toldShown,
    noticed: noticedShown,
    toldPerThousand: perThousand(toldShown, residents),
    communities: tallies.map((tally) => {
      const expected = noticed === 0 ? 0 : (told * tally.noticed) / noticed;
      const isHome = tally.residents >= smallestCount;
      return {
        id: tally.id,
        residents: isHome ? tally.residents : undefined,
        told: shown(tally.told),
        noticed: shown(tally.noticed),
        toldPerThousand: isHome ? perThousand(shown(tally.told), tally.residents) : undefined,
        noticedPerThousand: isHome ? perThousand(shown(tally.noticed), tally.residents) : undefined,
        expected: Math.round(expected),
        isQuiet: isHome && tally.told < QUIET_SHARE * expected && chanceOfAtMost(tally.told, expected) < QUIET_CHANCE,
      };
    }),
  };
}

const perThousand = (count: number | undefined, residents: number): number | undefined =>
  count === undefined || residents === 0 ? undefined : (count / residents) * 1_000;

/** Of so few or fewer reports when so many are expected and they come independently (Poisson). */
export function chanceOfAtMost(count: number, expected: number): number {
  let term = Math.exp(-expected);
  let chance = term;
  for (let n = 1; n <= count; n++) {
    term *= expected / n;
    chance += term;
  }
  return Math.min(1, chance);
}
