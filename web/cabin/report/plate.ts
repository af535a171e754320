/** `/cabin?plate=CODE`, from the QR plate on a lamp, a bin or a cover: the place is known, and likely also what it is about. */
import { getPlate } from '../api.ts';
import { cabin, go } from '../cabin.ts';
import { setDraft, startDraft } from './draft.ts';

export async function openPlate(): Promise<void> {
  const code = new URLSearchParams(location.search).get('plate');
  if (code === null || cabin.get().kiosk) return;
  startDraft();
  go(['report', 'photo'], 'replace');
  try {
    const plate = await getPlate(code);
    setDraft({
      proposed: plate.categories,
      spot: {
        place: plate.place,
        address: plate.address,
        community: plate.community,
        accuracyMetres: 5,
        inCity: plate.inCity,
      },
    });
  } catch {
    // Without a network, or for a plate nobody knows, the place is asked like anywhere.
  }
}
