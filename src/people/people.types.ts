/** What the people room offers to adapters and to `app`. Implemented by `createPeople` in `people.ts`. */
import type { Caller, Permission, Role } from '#kernel/roles.ts';
import type { Instant } from '#kernel/time.ts';
import type { AreaId, PartyId } from '#kernel/words.ts';

/** What came with a request: the key after `Authorization: Bearer `, and the value of the session cookie. */
export interface Credentials {
  readonly bearer?: string | undefined;
  readonly cookie?: string | undefined;
}

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly roles: readonly Role[];
  readonly party: PartyId | undefined;
  readonly areas: readonly AreaId[];
  readonly disabled: boolean;
  readonly mustChangePassword: boolean;
  readonly lastSignInAt: Instant | undefined;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export interface NewAccount {
  readonly name: string;
  readonly displayName: string;
  readonly password: string;
  readonly roles: readonly Role[];
  readonly party?: PartyId | undefined;
  readonly areas?: readonly AreaId[] | undefined;
  readonly mustChangePassword?: boolean | undefined;
}

/** Only what is named changes. `party: null` takes the party away. */
export interface AccountChange {
  readonly displayName?: string | undefined;
  readonly roles?: readonly Role[] | undefined;
  readonly party?: PartyId | null | undefined;
  readonly areas?: readonly AreaId[] | undefined;
  readonly disabled?: boolean | undefined;
  readonly password?: string | undefined;
  readonly mustChangePassword?: boolean | undefined;
}

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  /** First characters of the secret: enough to recognise, too little to use. */
  readonly hint: string;
  readonly roles: readonly Role[];
  readonly party: PartyId | undefined;
  readonly areas: readonly AreaId[];
  readonly thingIds: readonly number[] | undefined;
  readonly createdBy: string | undefined;
  readonly createdAt: Instant;
  readonly lastUsedAt: Instant | undefined;
  readonly revokedAt: Instant | undefined;
}

export interface NewKey {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly party?: PartyId | undefined;
  readonly areas?: readonly AreaId[] | undefined;
  readonly thingIds?: readonly number[] | undefined;
  readonly createdBy?: string | undefined;
}

export interface Session {
  readonly account: Account;
  readonly permissions: readonly Permission[];
}

export interface People {
  /**
   * Who is asking; at once when the caller is known already, else after a look into the database. No credential, or a cookie
   * whose session has ended: the anonymous caller, who may still sign in. A key that does not hold: `key.unknown` (401). An
   * account that must change its password has no roles until it did.
   */
  authenticate(credentials: Credentials): Caller | Promise<Caller>;
  /** Errors: `sign_in.refused` (401, the same for a wrong name, password or a disabled account), `sign_in.throttled` (429). */
  signIn(attempt: { name: string; password: string; address: string }): Promise<{ token: string; session: Session }>;
  findSession(token: string): Promise<Session | undefined>;
  signOut(token: string): Promise<void>;
  /** Changes the own password, ends every other session of the account, and answers a new token for this one. */
  changePassword(change: {
    token: string;
    current: string;
    next: string;
    address: string;
  }): Promise<{ token: string; session: Session }>;

  /** Creates `administrator` with a one-time password when there is no administrator yet; undefined when there is one. */
  ensureAdministrator(): Promise<{ name: string; password: string } | undefined>;
  /**
   * Creates the accounts of a demonstration city that do not exist yet. Refused (`accounts.not_fictional`) for a real city: a
   * well-known password must never open one.
   */
  seedAccounts(
    accounts: readonly {
      readonly name: string;
      readonly displayName: string;
      readonly roles: readonly string[];
      readonly party: PartyId | undefined;
      readonly areas: readonly AreaId[];
    }[],
    options: { readonly fictional: boolean; readonly password: string },
  ): Promise<{ created: string[] }>;
  listAccounts(): Promise<Account[]>;
  createAccount(account: NewAccount): Promise<Account>;
  /** `idOrName`: the id, or the sign-in name. Errors: `account.unknown`, `account.last_administrator` (409). */
  changeAccount(idOrName: string, change: AccountChange): Promise<Account>;

  listKeys(): Promise<ApiKey[]>;
  /** The only time the secret is seen. */
  createKey(key: NewKey): Promise<{ key: ApiKey; secret: string }>;
  /** By id, or by name when exactly one valid key has it. Errors: `key.unknown`, `key.ambiguous`. */
  revokeKey(idOrName: string): Promise<ApiKey>;

  /** Deletes ended sessions and forgotten failures; signing in does it about once an hour by itself. */
  tidy(): Promise<void>;
}
