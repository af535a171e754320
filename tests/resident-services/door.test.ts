/** The residents' door to services over real HTTP, behind the residents' own gatekeeper. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import type { BookingView, ServiceView, SlotView } from '#adapters/residents/api.types.ts';
import { createGatekeeper } from '#adapters/residents/gatekeeper.ts';
import { registerServiceRoutes } from '#adapters/residents/service-routes.ts';
import { NO_REPORTING } from '#kernel/reporting.ts';
import { createHttpServer } from '#platform/http/server.ts';
import { random } from '#tests/people/locked-room.ts';
import { quiet } from '#tests/support/database.ts';
import { aBooking, CARD, doorstep, REPAIR } from './doorstep.ts';

const EASY = { limits: { ...NO_REPORTING.limits, proofOfWorkBits: 4 } };

async function door(t: TestContext) {
  const { services, clock, slotsOf } = await doorstep(t);
  const anyone = { kind: 'anonymous' as const, id: 'anyone', name: 'anyone', roles: [], party: undefined, areas: [] };
  const server = await createHttpServer({
    log: quiet,
    version: '0',
    trustProxy: false,
    authenticate: async () => ({ ...anyone, thingIds: undefined }),
    observe: () => undefined,
  });
  t.after(() => server.close());
  const gatekeeper = createGatekeeper(clock, random, EASY);
  registerServiceRoutes(server, {
    services,
    addressAt: () => ({ en: '1 Ferry Road', zh: '渡口路1号' }),
    admitBooking(request, proof) {
      gatekeeper.admit(request, 'booking');
      gatekeeper.proofs.spend(proof, 'proof');
    },
    guardCode: (request, look) => gatekeeper.guardCode(request, look),
  });
  const ask = async <Body>(method: 'GET' | 'POST', path: string, payload?: object) => {
    const answer = await server.inject({ method, url: `/api/v1/residents${path}`, ...(payload && { payload }) });
    return { status: answer.statusCode, body: answer.json<Body & { code: string; field?: string }>() };
  };
  /** Four zero bits take sixteen tries. */
  const proof = () => {
    const { challenge } = gatekeeper.proofs.issue();
    for (let nonce = 0; ; nonce++) {
      if (createHash('sha256').update(`${challenge}.${nonce}`).digest()[0]! < 16) return `${challenge}.${nonce}`;
    }
  };
  return { ask, proof, slotsOf };
}

test('a resident reads what there is, books, changes, cancels, and may send it twice', async (t) => {
  const { ask, proof } = await door(t);
  const { services } = (await ask<{ services: ServiceView[] }>('GET', '/services')).body;
  assert.deepEqual(
    services.map(({ id }) => id),
    ['repair', 'check', 'card'],
  );
  assert.match(services[0]!.hours['en']!, /^Mon–Fri 9:00–12:00 and 13:00–18:00/);
  const path = '/services/repair/slots?from=2026-09-29&days=1';
  const [first, second] = (await ask<{ slots: SlotView[] }>('GET', path)).body.slots;
  const booking = aBooking(REPAIR, first!.id);
  const made = await ask<BookingView>('POST', '/bookings', { ...booking, proof: proof() });
  assert.deepEqual([made.status, made.body.queueNumber, made.body.state], [201, 'X001', 'booked']);
  const again = await ask<BookingView>('POST', '/bookings', { ...booking, proof: proof() });
  assert.deepEqual([again.status, again.body.code], [200, made.body.code]);
  const moved = await ask<BookingView>('POST', `/bookings/${made.body.code}/change`, { slot: second!.id });
  assert.equal(moved.body.slot.id, second!.id);
  const gone = await ask<BookingView>('POST', `/bookings/${made.body.code}/cancel`, {});
  assert.equal(gone.body.state, 'cancelled');
  assert.equal((await ask<BookingView>('GET', `/bookings/${made.body.code}`)).body.state, 'cancelled');
});

test('a booking without a solved challenge, or with one that was used, is refused; so is what nobody may have', async (t) => {
  const { ask, proof, slotsOf } = await door(t);
  const [slot] = await slotsOf('card', '2026-09-29');
  const booking = aBooking(CARD, slot!.id, { answers: { how: 'new' }, eligibility: { 'age-60': false } });
  assert.equal((await ask('POST', '/bookings', { ...booking, proof: 'x.1' })).status, 400);
  const used = proof();
  const refused = await ask('POST', '/bookings', { ...booking, proof: used });
  assert.deepEqual([refused.status, refused.body.code], [409, 'booking.not_eligible']);
  const twice = await ask('POST', '/bookings', { ...booking, proof: used });
  assert.match(twice.body.code, /^proof\./);
});

test('who guesses codes is refused after twenty misses', async (t) => {
  const { ask } = await door(t);
  const guesses = Array.from({ length: 20 }, () => ask('GET', '/bookings/0000-000-000'));
  for (const { status } of await Promise.all(guesses)) assert.equal(status, 404);
  assert.equal((await ask('GET', '/bookings/0000-000-000')).status, 429);
});
