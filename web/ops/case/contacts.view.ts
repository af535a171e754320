/** What is asked for by default: no more than the purpose needs. */
import type { PersonalField, RevealPurpose } from '#people/vault/vault.types.ts';

const NEEDED: Readonly<Record<RevealPurpose, readonly PersonalField[]>> = {
  'answer-report': ['name', 'phone', 'email'],
  'check-of-complaint': ['name', 'phone'],
  visit: ['name', 'address', 'note'],
  'urgent-danger': ['name', 'phone', 'address', 'note'],
  care: ['name', 'phone', 'address', 'note'],
  'own-data': [],
};

export const neededFor = (purpose: RevealPurpose, kept: readonly PersonalField[]): PersonalField[] =>
  kept.filter((field) => NEEDED[purpose].includes(field));
