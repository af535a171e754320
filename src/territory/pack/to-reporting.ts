/** Translates `residents.yaml` into the kernel's words. Values are already checked; nothing here can fail. */
import { NO_REPORTING, type ReportCategory, type ReportingRules } from '#kernel/reporting.ts';
import type { ResidentsYaml } from './residents-schema.ts';

const toCategory = (raw: ResidentsYaml['categories'][number]): ReportCategory => ({
  code: raw.code,
  group: raw.group,
  name: raw.name,
  description: raw.description,
  icon: raw.icon,
  caseClass: raw.case_class,
  keywords: raw.keywords ?? {},
  examples: raw.examples ?? {},
  questions: (raw.questions ?? []).map(({ code, datatype, required, question, hint, values }) => ({
    code,
    datatype,
    required: required ?? false,
    question,
    hint,
    values: values ?? [],
  })),
  hotlineClass: raw.hotline_class,
  homeRelated: raw.home_related ?? false,
  assetClasses: raw.asset_classes ?? [],
});

export function toReporting(raw: ResidentsYaml): ReportingRules {
  const { limits, privacy, answers } = NO_REPORTING;
  return {
    groups: raw.groups,
    categories: raw.categories.map(toCategory),
    hotlineClasses: raw.hotline_classes.map((each) => ({ ...each, source: each.source })),
    hotlinePhone: raw.hotline_phone,
    blockedWords: raw.blocked_words ?? [],
    limits: {
      descriptionCharacters: raw.limits?.description_characters ?? limits.descriptionCharacters,
      photosPerReport: raw.limits?.photos_per_report ?? limits.photosPerReport,
      reportsPerHourPerAddress: raw.limits?.reports_per_hour_per_address ?? limits.reportsPerHourPerAddress,
      reportsPerHourPerDevice: raw.limits?.reports_per_hour_per_device ?? limits.reportsPerHourPerDevice,
      proofOfWorkBits: raw.limits?.proof_of_work_bits ?? limits.proofOfWorkBits,
    },
    privacy: {
      contactDays: raw.privacy?.contact_days ?? privacy.contactDays,
      smallestCount: raw.privacy?.smallest_count ?? privacy.smallestCount,
      homeGridMetres: raw.privacy?.home_grid_metres ?? privacy.homeGridMetres,
    },
    answers: {
      reopenDays: raw.answers?.reopen_days ?? answers.reopenDays,
      lowestGoodRating: raw.answers?.lowest_good_rating ?? answers.lowestGoodRating,
    },
  };
}
