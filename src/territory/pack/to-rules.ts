/** Translates the YAML words of a pack into the kernel's rules. Values are already checked; nothing here can fail. */
import type { SeedAccount } from '#kernel/city.ts';
import type {
  AssetClass,
  CaseClass,
  IndicatorRule,
  LimitRule,
  Party,
  ResponsePlan,
  WorkingCalendar,
} from '#kernel/rules.ts';
import {
  type AccountsYaml,
  type CalendarsYaml,
  type CaseClassesYaml,
  type DomainYaml,
  type IndicatorYaml,
  type LimitYaml,
  type PartiesYaml,
  type PlansYaml,
  weekdayNumber,
} from './schema.ts';

const toLimit = (limit: LimitYaml): LimitRule => ({
  grade: limit.grade,
  above: limit.above,
  below: limit.below,
  aboveRatioOfNormal: limit.above_ratio_of_normal,
  belowRatioOfNormal: limit.below_ratio_of_normal,
  clearAt: limit.clear_at,
  clearAtRatio: limit.clear_at_ratio,
  forSeconds: limit.for_seconds,
  clearForSeconds: limit.clear_for_seconds,
  opens: limit.opens,
  source: limit.source,
});

function toIndicator(id: string, raw: IndicatorYaml): IndicatorRule {
  const { rate, stuck, silence } = raw;
  return {
    id,
    name: raw.name,
    unit: raw.unit,
    range: raw.range,
    normal: raw.normal,
    intervalSeconds: raw.interval_seconds,
    limits: (raw.limits ?? []).map(toLimit),
    rate: rate && {
      grade: rate.grade,
      perMinute: rate.per_minute,
      direction: rate.direction,
      opens: rate.opens,
      source: rate.source,
    },
    stuck: stuck && {
      grade: stuck.grade,
      forSeconds: stuck.for_seconds,
      minReports: stuck.min_reports,
      tolerance: stuck.tolerance,
      opens: stuck.opens,
    },
    silence: silence && {
      grade: silence.grade,
      lateAfterIntervals: silence.late_after_intervals,
      silentAfterIntervals: silence.silent_after_intervals,
      opens: silence.opens,
    },
  };
}

export const toClasses = (domain: DomainYaml): AssetClass[] =>
  Object.entries(domain.classes).map(([id, raw]) => ({
    id,
    domain: domain.id,
    name: raw.name,
    geometry: raw.geometry,
    icon: raw.icon,
    critical: raw.critical,
    indicators: Object.entries(raw.indicators ?? {}).map(([indicator, rule]) => toIndicator(indicator, rule)),
  }));

export const toParties = (file: PartiesYaml): Party[] =>
  file.parties.map((party) => ({ ...party, areas: party.areas ?? [] }));

const minuteOfDay = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
export const toHours = (text: string): readonly [number, number] => [
  minuteOfDay(text.slice(0, 5)),
  minuteOfDay(text.slice(6)),
];

export const toCalendars = (file: CalendarsYaml, cityZone: string): WorkingCalendar[] =>
  file.calendars.map((calendar) => ({
    id: calendar.id,
    timeZone: calendar.time_zone ?? cityZone,
    week: Object.fromEntries(
      Object.entries(calendar.week).map(([day, hours]) => [weekdayNumber(day), hours.map(toHours)]),
    ),
    holidays: calendar.holidays,
    makeUpDays: Object.fromEntries(
      Object.entries(calendar.make_up_days ?? {}).map(([date, day]) => [date, weekdayNumber(day)]),
    ),
  }));

export const toCaseClasses = (file: CaseClassesYaml): CaseClass[] =>
  file.case_classes.map((raw) => ({
    code: raw.code,
    domain: raw.domain,
    name: raw.name,
    kind: raw.kind,
    grade: raw.grade,
    level: raw.level,
    handledBy: raw.handled_by,
    needsConfirmation: raw.needs_confirmation,
    acknowledge: raw.acknowledge,
    accept: raw.accept,
    handle: raw.handle,
    mergeWithinMetres: raw.merge_within_metres,
    mergeWithinMinutes: raw.merge_within_minutes,
    mergesInto: raw.merges_into ?? [],
    verifyBy: raw.verify_by,
    normalForMinutes: raw.normal_for_minutes ?? 0,
    bounceLimit: raw.bounce_limit,
    plan: raw.plan,
    source: raw.source,
  }));

export const toPlans = (file: PlansYaml): ResponsePlan[] =>
  file.plans.map((raw) => ({
    id: raw.id,
    caseClass: raw.case_class,
    name: raw.name,
    when: { boreBelowMm: raw.when?.bore_below_mm, boreAtLeastMm: raw.when?.bore_at_least_mm },
    impactMetres: raw.impact_metres,
    proposesIsolation: raw.proposes_isolation,
    orders: raw.orders.map((order) => ({
      key: order.key,
      forEach: order.for_each,
      role: order.role,
      lead: order.lead ?? false,
      task: order.task,
      accept: order.accept,
      finish: order.finish,
      needsPhoto: order.needs_photo ?? false,
    })),
    source: raw.source,
  }));

export const toAccounts = (file: AccountsYaml): SeedAccount[] =>
  file.accounts.map((raw) => ({
    name: raw.name,
    displayName: raw.display_name,
    roles: raw.roles,
    party: raw.party,
    areas: raw.areas ?? [],
  }));
