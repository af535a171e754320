/** Sentences about a case that several screens say the same way. */
import type { CaseSummary } from '#casework/casework.types.ts';
import type { ClockFace } from '#web/kit/clock.view.ts';
import type { useWords } from '../i18n.ts';

type Words = ReturnType<typeof useWords>;

export const clockWords =
  ({ t, span }: Words) =>
  (face: ClockFace): string =>
    t(`clock.${face.tone}`, { span: span(face.span) });

/** Who has it: the party, or what it waits for. */
export function whoHas(
  { t, say }: Words,
  entry: Pick<CaseSummary, 'partyName' | 'state' | 'awaitsConfirmation'>,
): string {
  if (entry.partyName) return say(entry.partyName);
  return t(entry.awaitsConfirmation ? 'who.analyst' : 'who.dispatcher');
}

/** Class names alone say nothing of the place; the address is where people are sent. */
export const placeWords = ({ say }: Words, entry: Pick<CaseSummary, 'address'>): string => say(entry.address);
