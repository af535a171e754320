/** The console API as people at their desks and in the field use it: only what the simulator's people read and do. */
import type { CaseState, WorkOrderState } from '#kernel/case.ts';
import type { Position } from '#kernel/geo.ts';
import type { Grade } from '#kernel/words.ts';
import type { CityHttp } from '../city-http.ts';

export interface CaseSeen {
  readonly id: string;
  readonly reference: string;
  readonly caseClass: string;
  readonly domain: string;
  readonly state: CaseState;
  readonly grade: Grade;
  readonly place: Position;
  readonly assetId?: string;
  readonly acknowledgedAt?: number;
  readonly party?: string;
  readonly community?: string;
  readonly openedAt: number;
  /** How many findings of instruments speak for it. */
  readonly findings: number;
  /** How many people have told it. */
  readonly reports?: number;
  readonly actions: readonly string[];
  readonly facts?: Readonly<Record<string, string | number | boolean>>;
  readonly workOrders?: readonly OrderSeen[];
}

export interface OrderSeen {
  readonly id: string;
  readonly caseId: string;
  readonly key: string;
  readonly party: string;
  readonly lead: boolean;
  readonly state: WorkOrderState;
  readonly needsPhoto: boolean;
}

export interface ClassSeen {
  readonly code: string;
  readonly domain: string;
  readonly handledBy: readonly string[];
  readonly verifyBy: 'sensors' | 'person' | 'either';
}

export interface PartySeen {
  readonly id: string;
  readonly roles: readonly string[];
  readonly areas: readonly string[];
}

/** One person's view and hands. Undefined and false mean: not now; a colleague was faster, or the city is away. */
export interface Person {
  cases(): Promise<readonly CaseSeen[] | undefined>;
  caseDetail(id: string): Promise<CaseSeen | undefined>;
  orders(): Promise<readonly OrderSeen[] | undefined>;
  library(): Promise<{ readonly classes: readonly ClassSeen[]; readonly parties: readonly PartySeen[] } | undefined>;
  act(caseId: string, action: string, details?: object): Promise<boolean>;
  actOnOrder(orderId: string, action: string, details?: object): Promise<boolean>;
  report(body: {
    caseClass: string;
    place: Position;
    description: string;
    source: 'hotline' | 'grid_worker';
  }): Promise<boolean>;
  /** One thing done on site, as a phone writes it back. */
  sync(action: Readonly<Record<string, unknown>> & { readonly at: number }): Promise<boolean>;
  photo(png: Uint8Array): Promise<string | undefined>;
}

export function person(city: CityHttp, say: (message: string, fields?: object) => void): Person {
  async function get<T>(path: string): Promise<T | undefined> {
    const answer = await city.call('GET', `/api/v1${path}`);
    if (!answer.isOk && !answer.isAway) say('a person could not read', { path, code: answer.code });
    return answer.isOk ? (answer.body as T) : undefined;
  }
  async function post(path: string, body: object): Promise<boolean> {
    const answer = await city.call('POST', `/api/v1${path}`, body);
    // Somebody else was there first: that is how it should be, not an error.
    if (!answer.isOk && answer.status !== 409 && !answer.isAway)
      say('a person was refused', { path, ...body, code: answer.code, field: answer.field });
    return answer.isOk;
  }
  return {
    cases: async () => (await get<{ cases: CaseSeen[] }>('/cases?open=true&limit=200'))?.cases,
    caseDetail: (id) => get<CaseSeen>(`/cases/${id}`),
    orders: async () => (await get<{ workOrders: OrderSeen[] }>('/work-orders?open=true'))?.workOrders,
    library: async () => {
      const seen = await get<{ caseClasses: ClassSeen[]; parties: PartySeen[] }>('/city');
      return seen && { classes: seen.caseClasses, parties: seen.parties };
    },
    act: (caseId, action, details = {}) => post(`/cases/${caseId}/actions`, { action, ...details }),
    actOnOrder: (orderId, action, details = {}) => post(`/work-orders/${orderId}/actions`, { action, ...details }),
    report: (body) => post('/reports', body),
    sync: async (action) => {
      const answer = await city.call('POST', '/api/v1/crew/sync', { sentAt: action.at, actions: [action] });
      const [result] =
        (answer.isOk ? (answer.body as { results: { result: string; code?: string }[] }).results : []) ?? [];
      if (result?.result === 'refused' || (!answer.isOk && !answer.isAway))
        say('a grid worker was refused', { ...action, code: result?.code ?? answer.code });
      return result?.result === 'done';
    },
    photo: async (png) => {
      const answer = await city.upload('/api/v1/photos', png, 'image/png');
      return answer.isOk ? (answer.body as { key: string }).key : undefined;
    },
  };
}
