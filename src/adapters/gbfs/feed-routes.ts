/** `GET /api/v1/bikes/feeds`: an operator, with its own key, reads how its feed does and what was put aside; the city reads all. */
import type { FastifyInstance } from 'fastify';
import { forbidden } from '#kernel/errors.ts';
import { may } from '#kernel/roles.ts';
import type { PartyId } from '#kernel/words.ts';
import type { FeedBook } from './feed-book.ts';

export interface FeedRouteDeps {
  readonly operators: readonly { readonly id: PartyId; readonly providerId: string }[];
  readonly book: FeedBook;
}

export function registerFeedRoutes(server: FastifyInstance, { operators, book }: FeedRouteDeps): void {
  server.get('/api/v1/bikes/feeds', { config: { permission: 'sensing.read' } }, ({ caller }) => {
    const own = operators.filter(({ id }) => id === caller.party);
    if (own.length === 0 && !may(caller, 'city.read'))
      throw forbidden('caller.no_operator', 'This key acts for no operator of shared bikes: ask for one with --party.');
    const seen = own.length > 0 ? own : operators;
    return { feeds: seen.map(({ id, providerId }) => ({ ...book.report(id), providerId })) };
  });
}
