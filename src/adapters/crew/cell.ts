/** The page of one cell: who answers for it by name, what stands there, what happened, what is open. */
import type { StoredAction } from '#domains/community/community.types.ts';
import { CityError, notFound } from '#kernel/errors.ts';
import type { Caller } from '#kernel/roles.ts';
import type { Localized } from '#kernel/words.ts';
import type { ActionKind, CellView, ProofView } from './api.types.ts';
import type { DayDeps } from './day.ts';
import { openCase } from './tasks.ts';

const MOST = 200;
const LATEST = 30;
/** What a cell remembers of a crew: patrols and checks, not every step on the way. */
const TELLING = /^(patrol|check\.|verify\.)/;

export async function cellOf(deps: DayDeps, caller: Caller, id: string): Promise<CellView> {
  const { casework, community, territory, reach } = deps;
  const cell = territory.findArea(id);
  if (cell?.level !== 'cell') throw notFound('cell.unknown', `There is no cell ${id}.`, 'id');
  if (caller.areas.length > 0 && !reach.covers(caller, id))
    throw new CityError('forbidden', 'caller.out_of_scope', `The cell is outside the areas of ${caller.name}.`);
  const parent = (area: typeof cell | undefined) =>
    area?.parent === undefined ? undefined : territory.findArea(area.parent);
  const neighbourhood = parent(cell);
  const [{ cases }, actions] = await Promise.all([
    casework.listCases({ areas: [id], confidentialFor: deps.scope.partiesOf(caller), limit: MOST }),
    community.listActions({ cell: id, limit: MOST }),
  ]);
  const known = new Set(cases.map((each) => each.id));
  const party = territory.pack.parties.find((each) => each.id === cell.worker?.party);
  return {
    id,
    name: cell.name,
    community: neighbourhood?.name,
    street: parent(neighbourhood)?.name,
    residents: cell.residents,
    polygon: cell.polygon,
    responsible: cell.worker && {
      name: cell.worker.name,
      partyName: party?.name ?? {},
      phone: party?.phone,
    },
    components: componentsOf(deps, id),
    open: cases
      .filter(({ closedAt, state }) => closedAt === undefined && state !== 'dismissed' && state !== 'merged')
      .map(openCase),
    happened: [
      ...cases.map(({ openedAt, id: caseId, name, state, partyName }) => ({
        at: openedAt,
        kind: 'case' as const,
        caseId,
        title: name,
        state: state as string,
        by: partyName && (partyName[territory.pack.defaultLanguage] ?? undefined),
      })),
      ...actions
        .filter(
          ({ kind, outcome, caseId }) =>
            TELLING.test(kind) && outcome?.result === 'done' && (caseId === undefined || known.has(caseId)),
        )
        .map((each) => toEvent(deps, each)),
    ]
      .toSorted((a, b) => b.at - a.at)
      .slice(0, LATEST),
  };
}

const toEvent = ({ community }: DayDeps, action: StoredAction) => ({
  at: action.doneAt,
  kind: 'patrol' as const,
  caseId: action.caseId,
  title: (community.rules.patrol.find(({ code }) => code === action.target)?.name ?? {}) as Localized,
  state: action.kind,
  by: action.accountName,
});

function componentsOf({ territory }: DayDeps, cell: string): CellView['components'] {
  const { assets, domains } = territory.pack;
  const groups = new Map<string, { id: string; name: Localized }[]>();
  for (const { id, name, domain, assetClass, cell: its } of assets) {
    if (its !== cell) continue;
    const key = `${domain}/${assetClass}`;
    groups.set(key, [...(groups.get(key) ?? []), { id, name }]);
  }
  const classes = new Map<string, Localized>(
    domains.flatMap(({ id, classes: all }) => all.map((each) => [`${id}/${each.id}`, each.name] as const)),
  );
  return [...groups]
    .map(([key, things]) => ({ domain: key.split('/')[0]!, className: classes.get(key) ?? {}, things }))
    .sort((a, b) => b.things.length - a.things.length);
}

export const toProof = (action: StoredAction): ProofView => ({
  id: action.id,
  kind: action.kind as ActionKind,
  by: action.accountName,
  doneAt: action.doneAt,
  receivedAt: action.receivedAt,
  place: action.whereabouts && [action.whereabouts.lon, action.whereabouts.lat],
  accuracyMetres: action.whereabouts?.accuracyMetres,
  distanceMetres: action.distanceMetres,
  flags: action.flags,
  photos: action.photos,
});
