/** Who is connected: the key of a CONNECT becomes a Caller, and is asked for again from time to time, because keys are revoked. */
import type { AuthenticateError, Client } from 'aedes';
import { CityError } from '#kernel/errors.ts';
import { type Caller, may } from '#kernel/roles.ts';

/** The caller of a key; without one the anonymous caller. Throws or rejects for a key that is not known. */
export type Authenticate = (key: string | undefined) => Caller | Promise<Caller>;

interface Known {
  readonly caller: Caller;
  readonly key: string | undefined;
}

export interface Callers {
  /** Error: an `AuthenticateError` with the CONNACK's return code. */
  admit(client: Client, username: string | undefined, password: string | undefined): Promise<Caller>;
  find(client: Client): Caller | undefined;
  /** Asks again for every key; gives the clients whose key no longer opens. */
  recheck(clients: Iterable<Client>): Promise<Client[]>;
}

const mayDoAnything = (caller: Caller): boolean => may(caller, 'observation.write') || may(caller, 'sensing.read');

const refusal = (returnCode: number, message: string): AuthenticateError =>
  Object.assign(new Error(message), { returnCode });

// Return codes of a CONNACK (MQTT 3.1.1, 3.2.2.3).
const SERVER_UNAVAILABLE = 3;
const BAD_USERNAME_OR_PASSWORD = 4;
const NOT_AUTHORIZED = 5;

export function createCallers(authenticate: Authenticate): Callers {
  const known = new WeakMap<Client, Known>();

  const ask = async (key: string | undefined): Promise<Caller | undefined> => {
    try {
      return await authenticate(key);
    } catch (error) {
      if (error instanceof CityError && error.kind === 'unavailable') throw refusal(SERVER_UNAVAILABLE, error.message);
      if (error instanceof CityError) return undefined;
      throw error;
    }
  };

  return {
    async admit(client, username, password) {
      // The key is the password; devices that have only one field to fill put it into the name.
      const candidates = [password, username].filter((each) => each !== undefined && each !== '');
      for (const key of candidates.length > 0 ? candidates : [undefined]) {
        const caller = await ask(key);
        if (caller === undefined || (key !== undefined && caller.kind === 'anonymous')) continue;
        if (!mayDoAnything(caller))
          throw refusal(NOT_AUTHORIZED, `${caller.name} may neither write nor read Observations`);
        known.set(client, { caller, key });
        return caller;
      }
      throw refusal(BAD_USERNAME_OR_PASSWORD, 'Send an API key as the password');
    },
    find: (client) => known.get(client)?.caller,
    async recheck(clients) {
      const gone: Client[] = [];
      for (const client of clients) {
        const entry = known.get(client);
        if (!entry) continue;
        const caller = await ask(entry.key).catch(() => entry.caller);
        if (caller && (entry.key === undefined || caller.kind !== 'anonymous') && mayDoAnything(caller))
          known.set(client, { caller, key: entry.key });
        else gone.push(client);
      }
      return gone;
    },
  };
}
