/** Roles and what they permit. Every route names one permission; who has none of its roles is refused. */
export const ROLES = [
  'administrator',
  'analyst',
  'dispatcher',
  'handler',
  'verifier',
  'auditor',
  'integrator',
  'device',
] as const;
export type Role = (typeof ROLES)[number];

export const PERMISSIONS = [
  'public', // anyone, without a key
  'city.read', // map, state, gauges, queue, cases (within scope)
  'case.acknowledge',
  'case.confirm', // confirm, dismiss, merge, locate, regrade
  'case.dispatch', // dispatch, approve deferrals, pause
  'case.handle', // accept, return, finish, request deferral: own party only
  'case.verify',
  'case.reopen',
  'case.note',
  'case.export', // the ledger
  'report.create', // hotline and grid reports by staff
  'hotline.desk', // calls: take, file, call back
  'hotline.line', // a telephone system: it rings, it was answered, somebody hung up
  'crew.work', // the day on a phone: own tasks and cells, what was done written back
  'sensing.read',
  'sensing.write', // Things, Datastreams and everything but Observations
  'observation.write', // integrator: any; device: only its own Things
  'people.manage', // accounts and keys
  'vault.reveal', // names and phones of who reported: only within the caller's part of the case
  'care.see', // people who agreed to be looked after: own party only
  'equity.read', // reports against need by community
  'system.read', // metrics beyond the public ones, configuration
] as const;
export type Permission = (typeof PERMISSIONS)[number];

const reading = ['city.read', 'sensing.read', 'case.note'] as const;
export const GRANTS: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  // Who lets people in does not by that look at who lives where.
  administrator: new Set<Permission>(PERMISSIONS.filter((each) => each !== 'vault.reveal' && each !== 'care.see')),
  analyst: new Set<Permission>([
    ...reading,
    'case.acknowledge',
    'case.confirm',
    'case.reopen',
    'report.create',
    'hotline.desk',
    'hotline.line',
    'vault.reveal',
    'equity.read',
  ]),
  dispatcher: new Set<Permission>([
    ...reading,
    'case.acknowledge',
    'case.confirm',
    'case.dispatch',
    'report.create',
    'hotline.desk',
    'hotline.line',
    'vault.reveal',
    'equity.read',
  ]),
  handler: new Set<Permission>([...reading, 'case.handle', 'report.create', 'crew.work', 'vault.reveal', 'care.see']),
  verifier: new Set<Permission>([
    ...reading,
    'case.verify',
    'case.reopen',
    'report.create',
    'crew.work',
    'equity.read',
  ]),
  auditor: new Set<Permission>(['city.read', 'sensing.read', 'case.export', 'system.read', 'equity.read']),
  integrator: new Set<Permission>([
    'sensing.read',
    'sensing.write',
    'observation.write',
    'report.create',
    'hotline.line',
  ]),
  device: new Set<Permission>(['observation.write']),
};

/** Who is asking, and how far their grant reaches. Empty `areas` means the whole city; `party` undefined means any party. */
export interface Caller {
  readonly kind: 'account' | 'key' | 'anonymous';
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly party: string | undefined;
  readonly areas: readonly string[];
  /** For a device key: the Things it may write Observations of. */
  readonly thingIds: readonly number[] | undefined;
}

export const may = (caller: Caller, permission: Permission): boolean =>
  permission === 'public' || caller.roles.some((role) => GRANTS[role].has(permission));
