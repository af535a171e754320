/** The discovery document: where the interface is, which formats it speaks, whom to ask. */
import type { CityPack } from '#kernel/city.ts';
import type { Instant } from '#kernel/time.ts';
import { dateTime } from './query.ts';
import type { Speech } from './words.ts';
import type { Value } from './xml.ts';

export const SPECIFICATION = 'http://wiki.open311.org/GeoReport_v2';

/** `changedAt`: since when the services are what they are; clients throw away what they remember when it is newer. */
export function toDiscovery(pack: CityPack, endpoint: string, changedAt: Instant, speech: Speech): Value {
  const { hotlinePhone } = pack.reporting;
  const phone = hotlinePhone === undefined ? '' : speech.say('contact.phone', { phone: hotlinePhone });
  const changeset = dateTime(changedAt);
  return {
    changeset,
    contact: speech.say('contact', { city: pack.name, phone }).trim(),
    key_service: speech.say('key_service'),
    endpoints: [
      {
        specification: SPECIFICATION,
        url: endpoint,
        changeset,
        type: 'production',
        formats: ['text/xml', 'application/json'],
      },
    ],
  };
}
