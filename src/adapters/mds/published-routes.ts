/** `/policies`, `/geographies` and `/jurisdictions` of MDS 2.0: open to everybody, as the standard asks. */
import type { FastifyInstance } from 'fastify';
import { invalid, notFound } from '#kernel/errors.ts';
import type { Clock } from '#kernel/ports.ts';
import type { Instant } from '#kernel/time.ts';
import { sendVersioned } from './answers.ts';
import type { Published } from './archive.ts';
import { isUuid } from './uuid.ts';

export interface PublishedDeps {
  /** Everything published so far, retired documents too. */
  documents(): Promise<readonly Published[]>;
  readonly clock: Clock;
}

type Query = Readonly<Record<string, unknown>>;

export function registerPublished(scope: FastifyInstance, { documents, clock }: PublishedDeps): void {
  const config = { permission: 'public' as const };
  const list = async (kind: Published['kind'], holds: (document: Published) => boolean = () => true) => {
    const found = (await documents()).filter((each) => each.kind === kind && holds(each));
    const changes = found.map(({ publishedAt, retiredAt }) => retiredAt ?? publishedAt);
    return { last_updated: Math.max(0, ...changes) || clock.now(), found: found.map(({ document }) => document) };
  };
  const get = async (kind: Published['kind'], id: string) => {
    if (!isUuid(id)) throw invalid('request.invalid', `${kind}_id is a UUID in lower case.`, `${kind}_id`);
    const found = (await documents()).find((each) => each.kind === kind && each.id === id);
    if (found === undefined) throw notFound(`${kind}.unknown`, `There is no ${kind} ${id}.`, `${kind}_id`);
    return { last_updated: found.retiredAt ?? found.publishedAt, document: found.document };
  };

  for (const url of ['/policies', '/policies.json'])
    scope.get<{ Querystring: Query }>(url, { config }, async ({ query }, reply) => {
      const [from, to] = [readTime(query, 'start_date') ?? clock.now(), readTime(query, 'end_date') ?? Infinity];
      const { found, last_updated } = await list('policy', ({ document }) => {
        const { start_date: start, end_date: end } = document as { start_date: number; end_date?: number };
        return start <= to && (end ?? Infinity) > from;
      });
      return sendVersioned(reply, { last_updated, policies: found });
    });
  for (const url of ['/geographies', '/geographies.json'])
    scope.get(url, { config }, async (_request, reply) => {
      const { found, last_updated } = await list('geography');
      return sendVersioned(reply, { last_updated, geographies: found });
    });
  for (const url of ['/jurisdictions', '/jurisdictions.json'])
    scope.get<{ Querystring: Query }>(url, { config }, async ({ query }, reply) => {
      const at = readTime(query, 'effective') ?? clock.now();
      const { found, last_updated } = await list('jurisdiction', ({ publishedAt }) => publishedAt <= at);
      return sendVersioned(reply, { last_updated, jurisdictions: found });
    });
  scope.get<{ Params: { id: string } }>('/policies/:id', { config }, async ({ params }, reply) => {
    const { document, last_updated } = await get('policy', params.id);
    return sendVersioned(reply, { last_updated, policies: [document] });
  });
  scope.get<{ Params: { id: string } }>('/geographies/:id', { config }, async ({ params }, reply) => {
    const { document } = await get('geography', params.id);
    return sendVersioned(reply, { geography: document });
  });
  scope.get<{ Params: { id: string } }>('/jurisdictions/:id', { config }, async ({ params }, reply) => {
    const { document, last_updated } = await get('jurisdiction', params.id);
    return sendVersioned(reply, { last_updated, jurisdictions: [document] });
  });
}

/** Milliseconds since 1970, as MDS writes them. */
function readTime(query: Query, name: string): Instant | undefined {
  const text = query[name];
  if (text === undefined) return undefined;
  const at = Number(text);
  if (!Number.isInteger(at) || at < 0)
    throw invalid('request.invalid', `${name} is a whole number of milliseconds since 1970.`, name);
  return at;
}
