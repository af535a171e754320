/**
 * Care: consents in, concerns out. The vault decides who has agreed, anew at every turn; what is here is only how it is watched. A
 * concern is written down before casework is told and forgotten after casework knows that it is over, so that a crash in between is
 * told again and counts once.
 */
import { invalid, notFound } from '#kernel/errors.ts';
import { newId, type RandomBytes } from '#kernel/ids.ts';
import type { Clock, Database } from '#kernel/ports.ts';
import { DAY, type Instant } from '#kernel/time.ts';
import type { Care, CareCity, CareRules, CareVault, Enrolment, MeterSilence, NewEnrolment } from './care.types.ts';
import { somewhereIn, toFinding } from './care-finding.ts';
import { enrolmentOfKey, judgeCare } from './care-judge.ts';
import * as rows from './care-rows.ts';

export interface CareDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly rules: CareRules | undefined;
  readonly vault: CareVault;
  readonly city: CareCity;
}

/** A home without water for longer is looked at as if it had begun then. */
const LOOK_BACK_MS = 14 * DAY;

const scopeOf = (rule: string): string => `care:${rule}`;

export function createCare({ database, clock, random, rules, vault, city }: CareDeps): Care {
  async function getEnrolment(id: string): Promise<Enrolment> {
    const found = await rows.findEnrolment(database, id);
    if (found === undefined) throw notFound('care.unknown', 'Nobody is looked after under this id.', 'id');
    return found;
  }

  /** Casework hears that it is over; then it is forgotten here. */
  async function settle(concerns: readonly rows.ConcernRow[], at: Instant): Promise<void> {
    for (const { key, finding, raised } of concerns) {
      if (raised) await city.onConcern({ change: 'cleared', at, finding: { ...finding, clearedAt: at, lastAt: at } });
      await rows.deleteConcern(database, key);
    }
  }

  async function settleOf(enrolmentIds: ReadonlySet<string>, at: Instant): Promise<void> {
    const standing = await rows.listConcerns(database);
    await settle(
      standing.filter(({ enrolmentId }) => enrolmentIds.has(enrolmentId)),
      at,
    );
  }

  async function forgetEnded(enrolments: readonly Enrolment[], now: Instant): Promise<Enrolment[]> {
    const valid = new Set((await vault.listConsents({ validAt: now })).map(({ id }) => id));
    const ended = enrolments.filter(({ consentId }) => !valid.has(consentId));
    if (ended.length > 0) {
      await settleOf(new Set(ended.map(({ id }) => id)), now);
      await rows.deleteEnrolments(
        database,
        ended.map(({ id }) => id),
      );
    }
    return enrolments.filter(({ consentId }) => valid.has(consentId));
  }

  async function readMeters(enrolments: readonly Enrolment[], now: Instant): Promise<MeterSilence[]> {
    const water = rules?.waterSilent;
    if (water === undefined) return [];
    const silences: MeterSilence[] = [];
    for (const { id, meter, since } of enrolments)
      if (meter !== undefined)
        silences.push({
          enrolmentId: id,
          ...(await city.meterSince(meter, Math.max(since, now - LOOK_BACK_MS), water.flowAbove)),
        });
    return silences;
  }

  async function judge(known: CareRules, enrolments: readonly Enrolment[], now: Instant): Promise<void> {
    const concerns = judgeCare(known, {
      now,
      enrolments,
      meters: await readMeters(enrolments, now),
      overdue: await city.listOverdueVisits(now),
    });
    const standing = await rows.listConcerns(database);
    const worried = new Set(concerns.map(({ enrolment }) => enrolment.id));
    const already = new Set(standing.map(({ enrolmentId }) => enrolmentId));
    await settle(
      standing.filter(({ enrolmentId }) => !worried.has(enrolmentId)),
      now,
    );
    for (const concern of concerns) {
      const cell = city.findCell(concern.enrolment.cell);
      if (cell === undefined || already.has(concern.enrolment.id)) continue;
      const finding = toFinding(concern, known, cell, now);
      await rows.insertConcern(database, { key: concern.key, enrolmentId: concern.enrolment.id, finding });
    }
    for (const { key, finding, raised } of await rows.listConcerns(database)) {
      if (raised) continue;
      await city.onConcern({ change: 'raised', at: finding.since, finding });
      await rows.markRaised(database, key);
    }
  }

  return {
    rules,

    async enrol(enrolment) {
      const now = clock.now();
      const polygon = checkEnrolment(enrolment, rules, city, now);
      const pseudonym = await vault.keep(enrolment.person, 'care');
      try {
        const made: Enrolment[] = [];
        for (const rule of enrolment.rules) {
          const { expiresAt, given, recordedBy, carer, cell } = enrolment;
          const consent = await vault.giveConsent({
            pseudonym,
            scope: scopeOf(rule),
            givenAt: now,
            expiresAt,
            given,
            recordedBy,
          });
          made.push({
            id: newId('care', now, random),
            pseudonym,
            consentId: consent.id,
            rule,
            carer,
            cell,
            shownAt: somewhereIn(polygon, random),
            meter: rule === 'water-silent' ? enrolment.meter : undefined,
            since: now,
            expiresAt,
            awayUntil: undefined,
            seenAt: undefined,
          });
        }
        await database.transaction(async (tx) => {
          for (const each of made) await rows.insertEnrolment(tx, each);
        });
        return made;
      } catch (error) {
        await vault.erase(pseudonym, 'withdrawn-consent');
        throw error;
      }
    },

    list: (query) => rows.listEnrolments(database, query),

    async listConcerns() {
      const standing = await rows.listConcerns(database);
      return standing.map(({ enrolmentId, finding: { since, sentence } }) => ({ enrolmentId, since, sentence }));
    },

    async withdraw(enrolmentId, by) {
      const enrolment = await getEnrolment(enrolmentId);
      // First the word itself: from here on no turn judges it, whatever happens to us.
      await vault.withdrawConsent(enrolment.consentId, by);
      await settleOf(new Set([enrolment.id]), clock.now());
      await rows.deleteEnrolments(database, [enrolment.id]);
    },

    async away(enrolmentId, until) {
      await getEnrolment(enrolmentId);
      await rows.setAway(database, enrolmentId, until === undefined ? null : new Date(until));
      return getEnrolment(enrolmentId);
    },

    async seen(enrolmentId) {
      const { pseudonym } = await getEnrolment(enrolmentId);
      const now = clock.now();
      const all = await rows.listEnrolments(database, { pseudonym });
      for (const { id } of all) await rows.setSeen(database, id, new Date(now));
      await settleOf(new Set(all.map(({ id }) => id)), now);
      return getEnrolment(enrolmentId);
    },

    async findByFinding(key) {
      const id = enrolmentOfKey(key);
      return id === undefined ? undefined : rows.findEnrolment(database, id);
    },

    async listHomes() {
      const enrolments = await forgetEnded(await rows.listEnrolments(database), clock.now());
      return enrolments
        .filter(({ rule }) => rule === 'missed-visit')
        .map(({ pseudonym, carer, cell, since }) => ({
          pseudonym,
          carer: carer.account,
          cell,
          place: undefined,
          since,
        }));
    },

    async tick(now) {
      const enrolments = await forgetEnded(await rows.listEnrolments(database), now);
      if (rules !== undefined) await judge(rules, enrolments, now);
    },
  };
}

/** The polygon of the cell. Errors as in `Care.enrol`. */
function checkEnrolment(
  { rules: chosen, cell, meter, expiresAt }: NewEnrolment,
  rules: CareRules | undefined,
  city: CareCity,
  now: Instant,
) {
  if (rules === undefined)
    throw invalid('care.not_offered', 'This city has no care rules: its pack has no care.yaml.', 'rules');
  const offered = { 'water-silent': rules.waterSilent, 'missed-visit': rules.missedVisit };
  const stranger = chosen.find((rule) => offered[rule] === undefined);
  if (chosen.length === 0 || stranger !== undefined || new Set(chosen).size < chosen.length) {
    const names = Object.entries(offered).flatMap(([name, rule]) => (rule === undefined ? [] : [name]));
    throw invalid('care.rules', `Say what was agreed to, each once: ${names.join(', ')}.`, 'rules');
  }
  if (chosen.includes('water-silent') && (meter === undefined || !city.hasDatastream(meter)))
    throw invalid('care.meter', 'Give the Datastream of the home’s water meter.', 'meter');
  if (!(expiresAt > now && expiresAt <= now + rules.longestDays * DAY))
    throw invalid('care.expiry', `A consent ends, at the latest after ${rules.longestDays} days.`, 'expiresAt');
  const found = city.findCell(cell);
  if (found === undefined) throw invalid('care.cell', `The city has no cell "${cell}".`, 'cell');
  return found.polygon;
}
