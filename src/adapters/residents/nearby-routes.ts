/** What is known already: suggestions while somebody writes, and what is open around them. Stores nothing. */
import type { FastifyInstance } from 'fastify';
import type { PublicCase } from '#casework/receipts/public-cases.ts';
import type { Position } from '#kernel/geo.ts';
import type { ReportCategory } from '#kernel/reporting.ts';
import type { NearbyCase, NearbyView, SuggestBody, SuggestView } from './api.types.ts';
import type { Gatekeeper } from './gatekeeper.ts';
import type { ResidentsDeps } from './residents.types.ts';
import { PlaceQuery, SuggestSchema } from './schemas.ts';

const OPEN = { permission: 'public' } as const;
const tags = ['residents'];
const NEAR_METRES = 300;
const SERVICES_METRES = 1_500;
const MOST_NEAR = 20;
const MOST_SUGGESTED = 3;
const LEAST_PROBABLE = 0.05;

export function registerNearbyRoutes(
  server: FastifyInstance,
  deps: ResidentsDeps,
  gatekeeper: Gatekeeper,
  suggest: Suggest,
): void {
  server.get<{ Querystring: { lon: number; lat: number } }>(
    '/nearby',
    { config: OPEN, schema: { tags, querystring: PlaceQuery } },
    async (request): Promise<NearbyView> => {
      gatekeeper.admit(request, 'look');
      const place = [request.query.lon, request.query.lat] as const;
      const cases = await deps.publicCases.listNear(place, NEAR_METRES, MOST_NEAR);
      return {
        cases: cases.map((found) => toNearby(found, undefined)),
        services: deps.listServicesNear?.(place, SERVICES_METRES) ?? [],
      };
    },
  );

  server.post<{ Body: SuggestBody }>(
    '/suggest',
    { config: OPEN, schema: { tags, body: SuggestSchema } },
    (request): Promise<SuggestView> => {
      gatekeeper.admit(request, 'suggest');
      return suggest(request.body);
    },
  );
}

export type Suggest = (body: SuggestBody) => Promise<SuggestView>;

export function createSuggest({ publicCases, understanding, clock, territory }: ResidentsDeps): Suggest {
  const { categories } = territory.pack.reporting;

  /** What is probably the same trouble, first; then what is of the same category and near. */
  function likeliestOf(cases: readonly PublicCase[], { text, place, category }: SuggestBody & { place: Position }) {
    const candidates = cases.flatMap(({ caseId, texts, place: at, since, category: theirs }) =>
      texts.map((said) => ({ caseId, text: said, place: at, at: since, category: theirs })),
    );
    const report = { text, place, at: clock.now(), category };
    const likeness = new Map<string, number>();
    for (const { caseId, probability } of understanding?.likelyDuplicates(report, candidates) ?? [])
      likeness.set(caseId, Math.max(probability, likeness.get(caseId) ?? 0));
    return cases
      .filter((found) => likeness.has(found.caseId) || category === undefined || found.category === category)
      .map((found) => toNearby(found, text === '' ? undefined : likeness.get(found.caseId)))
      .sort((a, b) => (b.likeness ?? 0) - (a.likeness ?? 0) || a.distanceMetres - b.distanceMetres);
  }

  return async (body) => {
    const { text, place } = body;
    const suggested = understanding?.suggest(text, { place }) ?? suggestByWords(text, categories);
    const cases = place === undefined ? [] : await publicCases.listNear(place, NEAR_METRES, MOST_NEAR);
    return {
      categories: suggested
        .filter(({ probability }) => probability >= LEAST_PROBABLE)
        .slice(0, MOST_SUGGESTED)
        .map(({ category: code, probability }) => ({ code, probability: Math.round(probability * 1_000) / 1_000 })),
      nearby: place === undefined ? [] : likeliestOf(cases, { ...body, place }),
    };
  };
}

/** What neighbours wrote stays with the city. */
function toNearby({ texts: _, ...found }: PublicCase, likeness: number | undefined): NearbyCase {
  return { ...found, likeness: likeness === undefined ? undefined : Math.round(likeness * 100) / 100 };
}

/** By the words of the pack: each that is found counts by its length. For a city whose model is not there. */
function suggestByWords(
  text: string,
  categories: readonly ReportCategory[],
): { category: string; probability: number }[] {
  const said = text.toLowerCase();
  const scored = categories.map(({ code, keywords }) => {
    const words = Object.values(keywords).flat();
    const score = words.reduce((sum, word) => sum + (said.includes(word.toLowerCase()) ? word.length : 0), 0);
    return { category: code, score };
  });
  const total = scored.reduce((sum, { score }) => sum + score, 0);
  if (total === 0) return [];
  return scored
    .map(({ category, score }) => ({ category, probability: score / total }))
    .sort((a, b) => b.probability - a.probability);
}
