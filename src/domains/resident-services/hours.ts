/** Opening hours as people say them: days with the same hours together, `周一至周五 8:30–12:00、13:30–18:00`. */
import type { WorkingCalendar } from '#kernel/rules.ts';
import type { Localized } from '#kernel/words.ts';

const DAYS: Readonly<Record<string, readonly string[]>> = {
  zh: ['周一', '周二', '周三', '周四', '周五', '周六', '周日'],
  en: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
};
const WORDS = {
  zh: { to: '至', and: '、', days: '、', groups: '；', always: '全天', holidays: '法定节假日休息' },
  en: { to: '–', and: ' and ', days: ', ', groups: '; ', always: 'at any hour', holidays: 'closed on public holidays' },
} as const;
const WHOLE_DAY = '0:00–24:00';

const clock = (minutes: number): string => `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;

export function hoursInWords({ week, holidays }: WorkingCalendar): Localized {
  return { zh: inLanguage('zh', week, holidays.length > 0), en: inLanguage('en', week, holidays.length > 0) };
}

function inLanguage(language: 'zh' | 'en', week: WorkingCalendar['week'], rests: boolean): string {
  const words = WORDS[language];
  const names = DAYS[language]!;
  const byHours = new Map<string, number[]>();
  for (let day = 1; day <= 7; day++) {
    const hours = (week[String(day)] ?? []).map(([from, to]) => `${clock(from)}–${clock(to)}`).join(words.and);
    if (hours !== '') byHours.set(hours, [...(byHours.get(hours) ?? []), day]);
  }
  const groups = [...byHours].map(([hours, days]) => {
    const said = hours === WHOLE_DAY ? words.always : hours;
    if (days.length === 7) return hours === WHOLE_DAY ? said : `${language === 'zh' ? '每天' : 'Every day'} ${said}`;
    return `${daysInWords(days, names, words)} ${said}`;
  });
  return [...groups, ...(rests ? [words.holidays] : [])]
    .join(words.groups)
    .replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}

/** Three days in a row and more are a span; others are listed. */
function daysInWords(days: readonly number[], names: readonly string[], words: { to: string; days: string }): string {
  const runs: number[][] = [];
  for (const day of days) {
    const last = runs.at(-1);
    if (last !== undefined && last.at(-1) === day - 1) last.push(day);
    else runs.push([day]);
  }
  const nameOf = (day: number) => names[day - 1]!;
  return runs
    .flatMap((run) => (run.length > 2 ? [`${nameOf(run[0]!)}${words.to}${nameOf(run.at(-1)!)}`] : run.map(nameOf)))
    .join(words.days);
}
