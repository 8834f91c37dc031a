import type { AuditType } from './model.ts';

type Types = readonly AuditType[];
type Table = Readonly<Record<string, Types>>;

/** What every GraphQL request may leave before its field is reached. */
export const EVERY_REQUEST: Types = ['iam.login.accepted', 'iam.login.failed', 'iam.access.denied', 'request.invalid'];

/** What every process with a database leaves about itself: its start, its settings, its clock. */
export const EVERY_PROCESS: Types = ['platform.process.start', 'platform.config.change', 'audit.log.degraded', 'audit.log.resumed'];

/** One door: what each field of its schema leaves. A field that stands nowhere here fails the enumeration. */
export interface DoorBindings {
  readonly mutations: Table;
  /** Reads of sensitive data, and what they leave. Fail closed: no event, no answer. */
  readonly sensitive: Table;
  /** Reads that leave nothing: what the viewer's own people wrote, or what the place is. */
  readonly plain: readonly string[];
  readonly subscriptions: Table;
}

const AUDIT_READS = { auditEvents: ['audit.events.read'], auditLines: ['audit.events.export'], accessTrail: ['audit.events.read'], node: ['audit.events.read', 'compute.decision.read'] } as const;
const SINKS = { createAuditSink: ['audit.sink.create'], pauseAuditSink: ['audit.sink.update'], deleteAuditSink: ['audit.sink.delete'] } as const;
const KEYS = { createApiKey: ['iam.apikey.create'], revokeApiKey: ['iam.apikey.revoke'] } as const;

const MANDATES = { proposeMandate: ['audit.mandate.propose'], approveMandate: ['audit.mandate.approve'], revokeMandate: ['audit.mandate.revoke'] } as const;
const ERASURES = { eraseSubject: ['audit.subject.erase'] } as const;
const EXPORTS = { createAuditExport: ['audit.export.create'], cancelAuditExport: ['audit.export.cancel'] } as const;

/**
 * The two doors. Sensitive is: the audit log itself; what the operator reads of one organisation's orders; and the report of what organisations hold. Not so: a tenant's reading
 * of its own instances, images and SSH keys (its own people wrote them, and the operator's database role has no right to those columns); lists of places and hardware.
 */
export const DOORS: Readonly<Record<'tenant' | 'provider', DoorBindings>> = {
  tenant: {
    mutations: {
      ...KEYS, ...SINKS, ...EXPORTS, ...MANDATES, ...ERASURES,
      createProject: ['tenancy.project.create'], updateProject: ['tenancy.project.update'],
      createGpuInstances: ['compute.instance.create'], releaseGpuInstance: ['compute.instance.release'], planGpuInstances: ['compute.plan.create'],
      createReservation: ['compute.reservation.create'], cancelReservation: ['compute.reservation.cancel'],
    },
    sensitive: AUDIT_READS,
    plain: [
      'contractEnd', 'contractEnds', 'erasure', 'erasures', 'retention', 'retentions',
      'alarm', 'alarms', 'apiKeys', 'auditExport', 'auditExports', 'auditSinks', 'certification', 'certifications', 'decision', 'decisions', 'eventCursor', 'gpuInstance', 'gpuInstances', 'mandates', 'offers', 'plan', 'plans', 'project', 'projects', 'quota', 'quotas', 'region', 'regions',
      'reservation', 'reservations', 'shape', 'shapes', 'viewer', 'violation', 'violations',
    ],
    subscriptions: { events: [], gpuInstance: [] },
  },
  provider: {
    mutations: {
      ...KEYS, ...SINKS, ...EXPORTS, ...MANDATES, ...ERASURES,
      createRegion: ['dcim.region.create'], updateRegion: ['dcim.region.update'], createDatacenter: ['dcim.datacenter.create'], updateDatacenter: ['dcim.datacenter.update'],
      createHall: ['dcim.hall.create'], updateHall: ['dcim.hall.update'], createRack: ['dcim.rack.create'], updateRack: ['dcim.rack.update'], importRacks: ['dcim.rack.import', 'dcim.rack.create'],
      createMachine: ['dcim.machine.create'], createMachines: ['dcim.machine.create'], updateMachine: ['dcim.machine.update'],
      createStaffCoverage: ['dcim.staff.create'], updateStaffCoverage: ['dcim.staff.update'], createCarrier: ['dcim.carrier.create'], updateCarrier: ['dcim.carrier.update'],
      createLink: ['dcim.link.create'], updateLink: ['dcim.link.update'], createShape: ['dcim.shape.create'], updateShape: ['dcim.shape.update'],
      createPowerNode: ['dcim.powernode.create'], updatePowerNode: ['dcim.powernode.update'], importPowerNodes: ['dcim.powernode.import'],
      setPowerPhase: ['dcim.powerphase.set'], setPowerCalendar: ['dcim.powerphase.calendar'],
      planLoadTarget: ['dcim.loadtarget.plan'], approveLoadTarget: ['dcim.loadtarget.approve'], cancelLoadTarget: ['dcim.loadtarget.cancel'],
      addCertification: ['dcim.certification.create'], updateCertification: ['dcim.certification.update'],
      registerCluster: ['platform.cluster.register'], createNodePool: ['platform.pool.create'], scaleNodePool: ['platform.pool.scale'], pauseNodePool: ['platform.pool.pause'],
      acknowledgeAlarm: ['audit.alarm.acknowledge'], resolveAlarm: ['audit.alarm.resolve'],
      endContract: ['audit.contract.end'], approveContractEnd: ['audit.contract.end'], cancelContractEnd: ['audit.contract.end'],
      setRetention: ['audit.retention.set'], approveRetention: ['audit.retention.set'], placeLegalHold: ['audit.hold.place'], liftLegalHold: ['audit.hold.lift'],
      createOrganisation: ['iam.organisation.create'], grantQuota: ['tenancy.quota.grant'],
    },
    sensitive: {
      ...AUDIT_READS, decision: ['compute.decision.read'], decisions: ['compute.decision.read'], storedDecision: ['compute.decision.read'], placementDecisions: ['compute.decision.read'],
      tenancyReport: ['tenancy.report.read'],
    },
    plain: [
      'contractEnd', 'contractEnds', 'erasure', 'erasures', 'legalHold', 'legalHolds', 'retention', 'retentions',
      'alarm', 'alarms', 'apiKeys', 'auditExport', 'auditExports', 'auditSinks', 'capacityForecast', 'capacityLedger', 'carrier', 'carriers', 'certification', 'certifications', 'cluster', 'clusters', 'compareSites', 'datacenter', 'datacenters', 'eventCursor', 'feedCut', 'gpuInstance',
      'gpuInstances', 'hall', 'halls', 'limitingBoard', 'link', 'links', 'loadTarget', 'loadTargets', 'machine', 'machines', 'mandates', 'mixingTrade', 'nodePool', 'nodePools', 'organisation', 'organisations', 'powerNode',
      'powerNodes', 'powerPhase', 'powerPhases', 'quota', 'quotas', 'rack', 'racks', 'racksThatFit', 'region', 'regions', 'shape', 'shapes', 'siteResilience', 'staffCoverage', 'staffCoverages', 'staffResponse', 'viewer',
      'violation', 'violations',
    ],
    subscriptions: { events: [] },
  },
};

/** Every HTTP route of a door, beside what every request may leave. Empty: answers anybody, shows nothing of anybody. */
export const ROUTES: Table = {
  'GET /livez': [], 'GET /readyz': [], 'GET /metrics': [],
  // In development only: a page that asks GraphQL with the token that its reader types.
  'GET /graphiql': [], 'GET /graphiql/main.js': [], 'GET /graphiql/sw.js': [], 'GET /graphiql/config.js': [],
  // Each with what its fields leave.
  'GET /graphql': [], 'POST /graphql': [],
  'GET /audit/exports/:id': ['audit.export.download'],
};

/** What each reconciler of the controller may leave; the acts of all of them in a cluster are `platform.kube.apply`. */
export const RECONCILERS: Table = {
  cluster: ['platform.cluster.state', 'platform.kube.apply'], pool: ['platform.pool.state', 'dcim.machine.state', 'platform.kube.apply'], project: ['tenancy.project.state', 'platform.kube.apply'],
  instance: ['compute.instance.state', 'platform.kube.apply'], violation: ['law.violation.open', 'law.violation.end'], mandate: ['audit.mandate.expire'], lease: ['compute.instance.warn', 'compute.instance.release'],
  loadtarget: ['dcim.loadtarget.state', 'compute.instance.warn', 'compute.instance.shed', 'compute.instance.spare', 'compute.instance.release'],
};

/** What each kind of request to the allocator leaves, and what it does by itself (`DUE`: plans and reservations whose time has come). */
export const ALLOCATIONS = {
  CREATE: ['compute.instance.create'], RELEASE: ['compute.instance.release'], PLAN: ['compute.plan.create'], APPLY: ['compute.instance.create'], RESERVE: ['compute.reservation.create'],
  CANCEL_RESERVATION: ['compute.reservation.cancel'], FREE: ['compute.instance.release'], DUE: ['compute.plan.expire', 'compute.reservation.end'],
} as const satisfies Table;

/** Every process, by its main file from the root: what it may leave beside what the tables above say of its parts. */
export const PROCESSES: Table = {
  'apps/api/src/main.ts': EVERY_PROCESS, 'apps/allocator/src/main.ts': EVERY_PROCESS, 'apps/controller/src/main.ts': EVERY_PROCESS,
  // Tools of a person's own machine: what they do, they do through a door.
  'apps/cli/src/main.ts': [], 'apps/local/src/main.ts': [], 'apps/local/src/checks/main.ts': [], 'apps/local/src/issuer/main.ts': [], 'apps/local/src/tsa/main.ts': [],
  // Once, as the owner of the tables, before there is a log to write into.
  'libs/store/src/migrate/main.ts': [],
  'apps/notary/src/kubeaudit/main.ts': [...EVERY_PROCESS, 'platform.kube.foreign', 'audit.alarm.raise'],
  'apps/notary/src/seal/main.ts': [
    ...EVERY_PROCESS, 'audit.log.opened', 'audit.log.heartbeat', 'audit.log.frozen', 'audit.log.elected', 'audit.log.pruned', 'audit.log.discontinuity', 'audit.log.policy',
    'audit.export.complete', 'audit.export.fail', 'audit.sink.state', 'audit.contract.end', 'audit.subject.erase',
  ],
  'apps/notary/src/monitor/main.ts': [...EVERY_PROCESS, 'audit.alarm.raise', 'audit.alarm.resolve'],
  // Holds a key and a memory, no database: what it refuses, the notary writes down.
  'apps/notary/src/signer/main.ts': [],
  'apps/notary/src/keeper/main.ts': [],
};

/** Named before what writes them exists. A type leaves this list with the change that writes it: the enumeration fails on one that is written, bound and still here. */
export const AWAITED: Types = [];

/** Every type that something is bound to write, with who that is: `tenant createProject`, `controller pool`, `apps/allocator`. */
export const writersOf = (type: AuditType): readonly string[] => WRITERS.filter(([, types]) => types.includes(type)).map(([who]) => who);

const named = (prefix: string, table: Table): readonly (readonly [string, Types])[] => Object.entries(table).map(([name, types]) => [`${prefix}${name}`, types]);
const WRITERS: readonly (readonly [string, Types])[] = [
  ...Object.entries(DOORS).flatMap(([door, b]) => [['every request', EVERY_REQUEST] as const, ...named(`${door} `, b.mutations), ...named(`${door} `, b.sensitive), ...named(`${door} `, b.subscriptions)].slice(door === 'tenant' ? 0 : 1)),
  ...named('door ', ROUTES), ...named('controller ', RECONCILERS), ...named('allocator ', ALLOCATIONS), ['every process', EVERY_PROCESS],
  ...Object.entries(PROCESSES).map(([main, types]) => [main.replace(/\/src\//, ' ').replace(/\/?main\.ts$/, '').replace(/^apps\//, ''), types.filter(t => !EVERY_PROCESS.includes(t))] as const),
];
