/** What one file of a pack says about another: every name that is used must exist, and every number must make sense beside the others. */
import type { CityPack } from '#kernel/city.ts';
import { ROLES } from '#kernel/roles.ts';
import type { IndicatorRule, LimitRule } from '#kernel/rules.ts';
import { type Problem, pathOf } from './problem.ts';
import type { RawPack } from './read-files.ts';
import { toHours } from './to-rules.ts';

/** Collects problems of one file. */
type Report = (file: string, keys: readonly (string | number)[], reason: string) => void;

/** Every id once; says where the second one stands. */
function checkDuplicates(report: Report, file: string, list: string, key: string, ids: readonly string[]): void {
  const seen = new Map<string, number>();
  ids.forEach((id, i) => {
    const first = seen.get(id);
    if (first === undefined) seen.set(id, i);
    else report(file, [list, i, key], `duplicate ${key} ${id}, already at ${list}[${first}]`);
  });
}

function checkOneLimit(limit: LimitRule, rule: IndicatorRule): [key: string, reason: string][] {
  const wrong: [string, string][] = [];
  const [low, high] = rule.range;
  const bounds = [limit.above, limit.below, limit.aboveRatioOfNormal, limit.belowRatioOfNormal].filter(
    (value) => value !== undefined,
  );
  if (bounds.length !== 1)
    wrong.push(['', 'needs exactly one of above, below, above_ratio_of_normal, below_ratio_of_normal']);
  for (const key of ['above', 'below'] as const) {
    const value = limit[key];
    if (value !== undefined && (value < low || value > high))
      wrong.push([key, `${value} lies outside the physical range ${low}…${high}`]);
  }
  const above = limit.above ?? limit.aboveRatioOfNormal;
  const below = limit.below ?? limit.belowRatioOfNormal;
  const isRatio = limit.aboveRatioOfNormal !== undefined || limit.belowRatioOfNormal !== undefined;
  const clearKey = isRatio ? 'clear_at_ratio' : 'clear_at';
  const clear = isRatio ? limit.clearAtRatio : limit.clearAt;
  const stray = isRatio ? limit.clearAt : limit.clearAtRatio;
  if (stray !== undefined)
    wrong.push([isRatio ? 'clear_at' : 'clear_at_ratio', `belongs to the other kind of limit; use ${clearKey}`]);
  if (clear !== undefined && above !== undefined && clear > above)
    wrong.push([clearKey, `${clear} must not be above the limit ${above}`]);
  if (clear !== undefined && below !== undefined && clear < below)
    wrong.push([clearKey, `${clear} must not be below the limit ${below}`]);
  return wrong;
}

function checkIndicator(
  report: Report,
  file: string,
  keys: string[],
  rule: IndicatorRule,
  classes: ReadonlySet<string>,
): void {
  const opens = (key: readonly (string | number)[], code: string | undefined) => {
    if (code !== undefined && !classes.has(code))
      report(file, [...keys, ...key, 'opens'], `unknown case class ${code}`);
  };
  const [low, high] = rule.range;
  if (low >= high) report(file, [...keys, 'range'], `${low} is not below ${high}`);
  if (rule.normal && (rule.normal[0] > rule.normal[1] || rule.normal[0] < low || rule.normal[1] > high)) {
    report(file, [...keys, 'normal'], `${rule.normal.join('…')} does not lie inside the physical range ${low}…${high}`);
  }
  rule.limits.forEach((limit, i) => {
    for (const [key, reason] of checkOneLimit(limit, rule))
      report(file, [...keys, 'limits', i, ...(key ? [key] : [])], reason);
    opens(['limits', i], limit.opens);
  });
  opens(['rate'], rule.rate?.opens);
  opens(['stuck'], rule.stuck?.opens);
  opens(['silence'], rule.silence?.opens);
  if (rule.silence && rule.silence.silentAfterIntervals <= rule.silence.lateAfterIntervals) {
    report(file, [...keys, 'silence', 'silent_after_intervals'], 'must be more than late_after_intervals');
  }
}

function checkDomains(pack: CityPack, raw: RawPack, report: Report): void {
  const codes = new Set(pack.caseClasses.map((item) => item.code));
  for (const [name, domain] of raw.domains) {
    if (domain.id !== name)
      report(`domains/${name}.yaml`, ['id'], `${domain.id} must be the name of the file, ${name}`);
  }
  for (const domain of pack.domains) {
    for (const assetClass of domain.classes) {
      for (const rule of assetClass.indicators) {
        const keys = ['classes', assetClass.id, 'indicators', rule.id];
        checkIndicator(report, `domains/${domain.id}.yaml`, keys, rule, codes);
      }
    }
  }
}

function checkParties(pack: CityPack, report: Report): void {
  const parties = new Set(pack.parties.map((party) => party.id));
  const areas = new Set(pack.areas.map((area) => area.id));
  checkDuplicates(
    report,
    'parties.yaml',
    'parties',
    'id',
    pack.parties.map((party) => party.id),
  );
  pack.parties.forEach((party, i) => {
    if (party.parent !== undefined && !parties.has(party.parent))
      report('parties.yaml', ['parties', i, 'parent'], `unknown party ${party.parent}`);
    party.areas.forEach((area, j) => {
      if (!areas.has(area)) report('parties.yaml', ['parties', i, 'areas', j], `unknown area ${area}`);
    });
  });
  checkDuplicates(
    report,
    'accounts.yaml',
    'accounts',
    'name',
    pack.accounts.map((account) => account.name),
  );
  pack.accounts.forEach((account, i) => {
    const at = ['accounts', i] as const;
    if (account.party !== undefined && !parties.has(account.party))
      report('accounts.yaml', [...at, 'party'], `unknown party ${account.party}`);
    account.roles.forEach((role, j) => {
      if (!ROLES.some((known) => known === role))
        report('accounts.yaml', [...at, 'roles', j], `unknown role ${role}; known: ${ROLES.join(', ')}`);
    });
    account.areas.forEach((area, j) => {
      if (!areas.has(area)) report('accounts.yaml', [...at, 'areas', j], `unknown area ${area}`);
    });
  });
}

function checkCaseClasses(pack: CityPack, report: Report): void {
  const file = 'case-classes.yaml';
  const roles = new Set(pack.parties.flatMap((party) => party.roles));
  const codes = new Set(pack.caseClasses.map((item) => item.code));
  const plans = new Set(pack.plans.map((plan) => plan.id));
  const domains = new Set(pack.domains.map((domain) => domain.id));
  checkDuplicates(
    report,
    file,
    'case_classes',
    'code',
    pack.caseClasses.map((item) => item.code),
  );
  pack.caseClasses.forEach((item, i) => {
    const at = ['case_classes', i] as const;
    if (!item.code.startsWith(`${item.domain}.`))
      report(file, [...at, 'code'], `${item.code} must begin with its domain, ${item.domain}.`);
    if (!domains.has(item.domain)) report(file, [...at, 'domain'], `unknown domain ${item.domain}`);
    item.handledBy.forEach((role, j) => {
      if (!roles.has(role)) report(file, [...at, 'handled_by', j], `no party has the role ${role}`);
    });
    item.mergesInto.forEach((code, j) => {
      if (!codes.has(code)) report(file, [...at, 'merges_into', j], `unknown case class ${code}`);
    });
    if (item.plan !== undefined && !plans.has(item.plan)) report(file, [...at, 'plan'], `unknown plan ${item.plan}`);
  });
}

function checkReporting(pack: CityPack, raw: RawPack, report: Report): void {
  if (raw.residents === undefined) return;
  const file = 'residents.yaml';
  const { groups, categories, hotlineClasses } = pack.reporting;
  const known = {
    group: new Set(groups.map(({ id }) => id)),
    case_class: new Set(pack.caseClasses.map(({ code }) => code)),
    hotline_class: new Set(hotlineClasses.map(({ id }) => id)),
    asset: new Set(pack.domains.flatMap(({ classes }) => classes.map(({ id }) => id))),
  };
  const codes = categories.map(({ code }) => code);
  checkDuplicates(report, file, 'categories', 'code', codes);
  categories.forEach((category, i) => {
    const at = ['categories', i] as const;
    const { group, caseClass, hotlineClass } = category;
    if (!known.group.has(group)) report(file, [...at, 'group'], `unknown group ${group}`);
    if (!known.case_class.has(caseClass)) report(file, [...at, 'case_class'], `unknown case class ${caseClass}`);
    if (!known.hotline_class.has(hotlineClass))
      report(file, [...at, 'hotline_class'], `unknown hotline class ${hotlineClass}`);
    category.assetClasses.forEach((id, j) => {
      if (!known.asset.has(id)) report(file, [...at, 'asset_classes', j], `unknown asset class ${id}`);
    });
    category.questions.forEach((question, j) => {
      const isList = question.datatype === 'singlevaluelist' || question.datatype === 'multivaluelist';
      if (isList === (question.values.length === 0))
        report(file, [...at, 'questions', j, 'values'], isList ? 'a list needs values' : 'belongs to lists only');
    });
  });
}

function checkPlans(pack: CityPack, report: Report): void {
  const roles = new Set(pack.parties.flatMap((party) => party.roles));
  const codes = new Set(pack.caseClasses.map((item) => item.code));
  checkDuplicates(
    report,
    'plans.yaml',
    'plans',
    'id',
    pack.plans.map((plan) => plan.id),
  );
  pack.plans.forEach((plan, i) => {
    const at = ['plans', i] as const;
    if (!codes.has(plan.caseClass)) report('plans.yaml', [...at, 'case_class'], `unknown case class ${plan.caseClass}`);
    const leads = plan.orders.filter((order) => order.lead).length;
    if (leads !== 1) report('plans.yaml', [...at, 'orders'], `needs exactly one lead order, has ${leads}`);
    const keys = new Set<string>();
    plan.orders.forEach((order, j) => {
      if (keys.has(order.key)) report('plans.yaml', [...at, 'orders', j, 'key'], `duplicate key ${order.key}`);
      keys.add(order.key);
      if (!roles.has(order.role))
        report('plans.yaml', [...at, 'orders', j, 'role'], `no party has the role ${order.role}`);
    });
  });
}

function checkCalendars(pack: CityPack, raw: RawPack, report: Report): void {
  const ids = pack.calendars.map((calendar) => calendar.id);
  checkDuplicates(report, 'calendars.yaml', 'calendars', 'id', ids);
  if (!ids.includes(pack.defaultCalendar))
    report('city.yaml', ['default_calendar'], `unknown calendar ${pack.defaultCalendar}`);
  raw.calendars?.calendars.forEach((calendar, i) => {
    for (const [day, spans] of Object.entries(calendar.week)) {
      let end = 0;
      spans.forEach((text, j) => {
        const [from, to] = toHours(text);
        if (from >= to || from < end || to > 1440)
          report('calendars.yaml', ['calendars', i, 'week', day, j], `${text} is empty, overlaps or runs past 24:00`);
        end = to;
      });
    }
    for (const date of Object.keys(calendar.make_up_days ?? {})) {
      if (calendar.holidays.includes(date))
        report('calendars.yaml', ['calendars', i, 'make_up_days', date], 'is also a holiday');
    }
  });
}

const PARENT_LEVEL: Readonly<Record<string, string>> = { street: 'district', community: 'street', cell: 'community' };

function checkAreas(pack: CityPack, raw: RawPack, report: Report): void {
  const byId = new Map(pack.areas.map((area) => [area.id, area]));
  const parties = new Set(pack.parties.map((party) => party.id));
  const named = raw.areas?.features.length ?? 0;
  const seen = new Set<string>();
  pack.areas.forEach((area, i) => {
    const file = area.level === 'cell' ? 'cells.geojson' : 'areas.geojson';
    const at = ['features', area.level === 'cell' ? i - named : i] as const;
    if (seen.has(area.id)) report(file, [...at, 'id'], `duplicate id ${area.id}`);
    seen.add(area.id);
    const wanted = PARENT_LEVEL[area.level];
    const parent = area.parent === undefined ? undefined : byId.get(area.parent);
    if (wanted !== undefined && parent?.level !== wanted) {
      report(file, [...at, 'properties', 'parent'], `${area.parent ?? 'nothing'} is not a known ${wanted}`);
    }
    if (area.worker && !parties.has(area.worker.party))
      report(file, [...at, 'properties', 'worker_party'], `unknown party ${area.worker.party}`);
  });
}

function checkAssets(pack: CityPack, raw: RawPack, report: Report): void {
  const parties = new Set(pack.parties.map((party) => party.id));
  const seen = new Map<string, string>();
  const inFile = new Map<string, number>();
  for (const domain of raw.assets.keys()) {
    if (!raw.domains.has(domain)) report(`assets/${domain}.geojson`, [], `there is no domains/${domain}.yaml`);
  }
  const classes = new Map(
    pack.domains.flatMap((domain) => domain.classes.map((item) => [`${domain.id}/${item.id}`, item])),
  );
  for (const asset of pack.assets) {
    const file = `assets/${asset.domain}.geojson`;
    const i = inFile.get(file) ?? 0;
    inFile.set(file, i + 1);
    const wrong = (keys: readonly string[], reason: string) => report(file, ['features', i, ...keys], reason);
    const earlier = seen.get(asset.id);
    if (earlier !== undefined) wrong(['id'], `duplicate id ${asset.id}, already in ${earlier}`);
    seen.set(asset.id, file);
    const assetClass = classes.get(`${asset.domain}/${asset.assetClass}`);
    if (assetClass === undefined)
      wrong(['properties', 'class'], `unknown class ${asset.assetClass} in domains/${asset.domain}.yaml`);
    else if ((assetClass.geometry === 'point') !== (asset.geometry.type === 'Point'))
      wrong(['geometry'], `class ${assetClass.id} is a ${assetClass.geometry}`);
    if (!parties.has(asset.owner)) wrong(['properties', 'owner'], `unknown party ${asset.owner}`);
    if (asset.cell === '') wrong(['geometry'], `${asset.id} lies outside every cell`);
    for (const indicator of Object.keys((asset.properties.normal as object | undefined) ?? {})) {
      if (assetClass && !assetClass.indicators.some((rule) => rule.id === indicator))
        wrong(['properties', 'normal', indicator], `class ${assetClass.id} has no such indicator`);
    }
  }
}

function checkNetworks(pack: CityPack, report: Report): void {
  const assets = new Set(pack.assets.map((asset) => asset.id));
  for (const [domain, network] of pack.networks) {
    [...network.nodes.values()].forEach((node, i) => {
      if (node.assetId !== undefined && !assets.has(node.assetId)) {
        report(`networks/${domain}.geojson`, ['features', i, 'properties', 'asset'], `unknown asset ${node.assetId}`);
      }
    });
    const own = pack.assets.filter((asset) => asset.domain === domain);
    own.forEach((asset, i) => {
      for (const end of ['from', 'to', 'node']) {
        const id = asset.properties[end];
        if (typeof id === 'string' && !network.nodes.has(id)) {
          report(
            `assets/${domain}.geojson`,
            ['features', i, 'properties', end],
            `unknown node ${id} of networks/${domain}.geojson`,
          );
        }
      }
    });
  }
}

export function checkReferences(pack: CityPack, raw: RawPack): Problem[] {
  const problems: Problem[] = [];
  const report: Report = (file, keys, reason) => problems.push({ file, path: pathOf(keys), reason });
  if (!pack.languages.includes(pack.defaultLanguage))
    report('city.yaml', ['default_language'], `is not one of ${pack.languages.join(', ')}`);
  checkDomains(pack, raw, report);
  checkParties(pack, report);
  checkCaseClasses(pack, report);
  checkPlans(pack, report);
  checkReporting(pack, raw, report);
  checkCalendars(pack, raw, report);
  checkAreas(pack, raw, report);
  checkAssets(pack, raw, report);
  checkNetworks(pack, report);
  return problems;
}
