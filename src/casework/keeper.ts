/** Keeps the ledger provable: the rules that are in force stand in it, and every finished day has its root. */
import { localDate, startOfDay } from '#kernel/calendar.ts';
import type { CaseEvent } from '#kernel/case.ts';
import { canonicalJson, rootsOf } from '#kernel/ledger.ts';
import type { Clock, Database, Queryable } from '#kernel/ports.ts';
import type { Instant } from '#kernel/time.ts';
import { SYSTEM } from './ground.ts';
import * as ledger from './ledger-storage.ts';
import type { CaseworkRules } from './rule-book.ts';

export interface Keeper {
  /** Puts the rules into the ledger when they are not those of the last adoption, so that every deadline can be recomputed. */
  adoptRules(rules: CaseworkRules): Promise<void>;
  /** Gives every finished local day that has events its root. Cheap when there is nothing to do. */
  sealDays(now: Instant): Promise<void>;
}

const PAGE = 5_000;

export function createKeeper(database: Database, clock: Clock, timeZone: string): Keeper {
  let sealedUntil = '';

  async function eventsBefore(tx: Queryable, end: Instant): Promise<CaseEvent[]> {
    const [newest] = await ledger.listRoots(tx, 1);
    const found: CaseEvent[] = [];
    for (let after = newest?.lastSequence ?? 0; ; after = found.at(-1)!.sequence) {
      const page = (await ledger.listEvents(tx, after, PAGE)).filter(({ at }) => at < end);
      found.push(...page);
      if (page.length < PAGE) return found;
    }
  }

  return {
    async adoptRules(rules) {
      const sha256 = ledger.sha256(canonicalJson(rules));
      await database.transaction(async (tx) => {
        const head = await ledger.lockHead(tx);
        const last = (await ledger.listAdoptions(tx)).at(-1);
        if (last?.sha256 === sha256) return;
        await ledger.putRules(tx, sha256, rules);
        const at = Math.max(clock.now(), head.at);
        const details = { sha256, city: rules.city.id, timeZone: rules.city.timeZone };
        const type = ledger.RULES_ADOPTED;
        await ledger.append(tx, head, [
          { caseId: ledger.CITY, at, actor: SYSTEM, type, from: undefined, to: undefined, details },
        ]);
      });
    },
    async sealDays(now) {
      const today = localDate(now, timeZone);
      if (today === sealedUntil) return;
      await database.transaction(async (tx) => {
        await ledger.lockHead(tx);
        const midnight = startOfDay(today, timeZone);
        const roots = rootsOf(await eventsBefore(tx, midnight), timeZone, ledger.sha256);
        await ledger.insertRoots(tx, roots);
        if (roots.length > 0) await ledger.moveHeadTo(tx, midnight);
      });
      sealedUntil = today;
    },
  };
}
