/** People who are looked after, as their carers read them: what was agreed to and how it stands, never who it is. */
import { createHash } from 'node:crypto';
import type { Care, Enrolment } from '#domains/community/care.types.ts';
import type { PersonalField, Vault } from '#people/vault/vault.types.ts';
import type { Territory } from '#territory/territory.types.ts';
import type { EnrolmentView } from './api.types.ts';

interface CareViewDeps {
  readonly care: Pick<Care, 'listConcerns'>;
  readonly vault: Pick<Vault, 'describe' | 'listConsents'>;
  readonly territory: Pick<Territory, 'findArea'>;
}

const HANDLE_LENGTH = 8;

/** Keeps a person's consents together on a screen. A pseudonym is drawn at random, so its hash leads back to nothing. */
const handleOf = (pseudonym: string): string =>
  createHash('sha256').update(pseudonym).digest('hex').slice(0, HANDLE_LENGTH).toUpperCase();

export function createCareViews({ care, vault, territory }: CareViewDeps) {
  async function fieldsOf(pseudonyms: ReadonlySet<string>): Promise<ReadonlyMap<string, readonly PersonalField[]>> {
    const described = await Promise.all(
      [...pseudonyms].map(async (pseudonym) => {
        const what = await vault.describe(pseudonym);
        return [pseudonym, 'erasedAt' in what ? [] : what.fields] as const;
      }),
    );
    return new Map(described);
  }

  async function toViews(enrolments: readonly Enrolment[]): Promise<EnrolmentView[]> {
    const [consents, concerns, fields] = await Promise.all([
      vault.listConsents({}),
      care.listConcerns(),
      fieldsOf(new Set(enrolments.map(({ pseudonym }) => pseudonym))),
    ]);
    const consentOf = new Map(consents.map((each) => [each.id, each]));
    const concernOf = new Map(concerns.map(({ enrolmentId, since, sentence }) => [enrolmentId, { since, sentence }]));
    return enrolments.map((enrolment) => {
      const { id, rule, carer, cell, meter, since, expiresAt, awayUntil, seenAt, pseudonym } = enrolment;
      const consent = consentOf.get(enrolment.consentId);
      return {
        ...{
          id,
          person: handleOf(pseudonym),
          rule,
          carerName: carer.name,
          cell,
          meter,
          since,
          expiresAt,
          awayUntil,
          seenAt,
        },
        cellName: territory.findArea(cell)?.name ?? {},
        given: consent?.given,
        recordedBy: consent?.recordedBy,
        fields: fields.get(pseudonym) ?? [],
        concern: concernOf.get(id),
      };
    });
  }

  return { toViews };
}
