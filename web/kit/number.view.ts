/** Figures as people read them: at most three significant places, a true minus, the unit apart so that it can be lighter. */

const LOCALE: Readonly<Record<string, string>> = { zh: 'zh-CN', en: 'en-GB' };
export const localeOf = (language: string): string => LOCALE[language] ?? language;

/** UCUM code → what is printed on the device. Codes not listed are already readable (`kPa`, `L/s`, `m`, `V`, `A`). */
const PRINTED: Readonly<Record<string, string>> = {
  Cel: '°C',
  '[NTU]': 'NTU',
  NTU: 'NTU',
  '%{LEL}': '% LEL',
  '%{RH}': '% RH',
  'u{strain}': 'µε',
  'm3/h': 'm³/h',
  'm3/s': 'm³/s',
  'mm/s2': 'mm/s²',
  'm/s2': 'm/s²',
  '[ppm]': 'ppm',
  deg: '°',
  '1': '',
  '/m': 'm⁻¹',
  'ug/m3': 'µg/m³',
  'kW.h': 'kWh',
  'cm[H2O]': 'cmH₂O',
  '{count}': '',
};

export const printedUnit = (ucum: string): string =>
  PRINTED[ucum] ?? ucum.replace(/[[\]]/g, '').replace(/\{.*?\}/g, '');

/** Three significant places, never an exponent, never a lost thousand: 12,345 stays whole, 0.000123 becomes 0. */
export function formatNumber(value: number, language: string): string {
  const magnitude = Math.abs(value);
  const digits = magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : magnitude >= 1 ? 2 : 3;
  return new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: digits }).format(value).replace('-', '−');
}

export const formatCount = (count: number, language: string): string =>
  new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: 0 }).format(count);

export interface Figure {
  readonly value: string;
  readonly unit: string;
}

/** A ratio 0–1 as per cent with one decimal; a full 100 only when nothing at all is missing. */
export function percentFigure(ratio: number | undefined, language: string): Figure {
  if (ratio === undefined || Number.isNaN(ratio)) return { value: '–', unit: '' };
  const shown = ratio >= 1 ? 100 : Math.min(99.9, Math.round(ratio * 1_000) / 10);
  const format = new Intl.NumberFormat(localeOf(language), {
    minimumFractionDigits: shown === 100 ? 0 : 1,
    maximumFractionDigits: 1,
  });
  return { value: format.format(shown), unit: '%' };
}

/** Seconds as `m:ss` under an hour, `h:mm` above, with the unit that tells the two apart. */
export function minutesFigure(seconds: number | undefined, language: string): Figure {
  if (seconds === undefined || Number.isNaN(seconds)) return { value: '–', unit: '' };
  const whole = Math.round(seconds);
  const two = (n: number): string => String(n).padStart(2, '0');
  if (whole < 3_600)
    return { value: `${Math.floor(whole / 60)}:${two(whole % 60)}`, unit: language === 'zh' ? '分' : 'min' };
  return {
    value: `${Math.floor(whole / 3_600)}:${two(Math.floor((whole % 3_600) / 60))}`,
    unit: language === 'zh' ? '时' : 'h',
  };
}
