/** The daily roots of the ledger, published to everybody: whoever keeps one can show later that the history has not been rewritten. */
import type { Casework } from '#casework/casework.types.ts';
import type { TypedServer } from './typed-routes.ts';

/** A year and a leap day: older roots are in every export. */
const DAYS_SHOWN = 366;

export function registerLedgerRoutes(
  server: TypedServer,
  { casework }: { readonly casework: Pick<Casework, 'dayRoots'> },
): void {
  server.get('/ledger/roots', { config: { permission: 'public' }, schema: { tags: ['ledger'] } }, async () => ({
    roots: await casework.dayRoots(DAYS_SHOWN),
  }));
}
