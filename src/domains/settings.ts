/** A domain's numbers: its defaults, overridden by `settings.findings` of the pack's domain file, whose keys are in snake_case. */
import { invalid } from '#kernel/errors.ts';

/** Errors: `pack.domain_settings` naming the key that is unknown or of the wrong kind. */
export function readSettings<Settings extends object>(domain: string, defaults: Settings, section: unknown): Settings {
  const given = (section as { findings?: unknown } | undefined)?.findings ?? {};
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw wrong(domain, 'settings.findings', 'must be a list of names and values');
  }
  const settings = { ...defaults } as Record<string, unknown>;
  for (const [key, value] of Object.entries(given)) {
    const name = key.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    const usual = settings[name];
    if (usual === undefined) throw wrong(domain, `settings.findings.${key}`, 'is not a setting of this domain');
    if (kindOf(usual) !== kindOf(value)) {
      throw wrong(domain, `settings.findings.${key}`, `must be ${kindOf(usual)}, as in ${JSON.stringify(usual)}`);
    }
    settings[name] = value;
  }
  return settings as Settings;
}

const kindOf = (value: unknown): string => (Array.isArray(value) ? 'a list' : `a ${typeof value}`);

const wrong = (domain: string, field: string, what: string) =>
  invalid('pack.domain_settings', `domains/${domain}.yaml: ${field} ${what}.`, field);
