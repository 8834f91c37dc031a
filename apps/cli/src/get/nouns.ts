import type { Door } from '../shared/session.ts';
import { text, type Json, type Row } from '../shared/graphql.ts';
import { at, type Column } from '../shared/column.ts';

/** One noun of `get` and `describe`: where it is read, what of it, and how a table shows it. */
export interface Noun {
  readonly doors: readonly Door[];
  readonly field: string;
  readonly type: string;
  readonly list: string;
  readonly columns: readonly Column[];
  /** What `describe` reads beyond the list; the doors differ in what they may show. */
  readonly more?: Partial<Record<Door, string>>;
}

const column = (fr: string, en: string, path: string): Column => ({ title: { fr, en }, value: at(path) });
const id = column('ID', 'ID', 'id');
const code = column('CODE', 'CODE', 'code');
const name = column('NOM', 'NAME', 'name');
const state = column('ÉTAT', 'STATE', 'state');
const simulated: Column = { title: { fr: 'SIMULÉ', en: 'SIMULATED' }, value: row => (row['simulated'] === true ? 'simulé/simulated' : '') };
const rowsOf = (value: Json | undefined): readonly Row[] => (Array.isArray(value) ? (value as readonly Row[]) : []);
/** `GPU 5/8`: in use, of what the node has of its own. */
const limits: Column = {
  title: { fr: 'PRIS/ACCORDÉ', en: 'USED/NOMINAL' },
  value: row => rowsOf(row['limits']).map(l => `${text(l['dimension'])} ${text(rowsOf(row['used']).find(u => u['dimension'] === l['dimension'])?.['amount'] ?? 0)}/${text(l['nominal'])}`).join(', '),
};
const budgets: Column = { title: { fr: 'BUDGETS', en: 'BUDGETS' }, value: row => rowsOf(row['budgets']).map(b => `${text(b['dimension'])} ${text(b['perPeriod'])}/${text(b['period'])}`).join(', ') };
const CONDITIONS = 'conditions { type status reason message lastTransitionTime }';

/** Keys are what people type: Kubernetes' plural, with the singular accepted. */
export const NOUNS: Readonly<Record<string, Noun>> = {
  regions: {
    doors: ['tenant', 'provider'], field: 'regions', type: 'Region', list: 'id code nameFr nameEn country jurisdiction operatorName generation',
    columns: [id, code, column('NOM', 'NAME', 'nameFr'), column('DROIT', 'JURISDICTION', 'jurisdiction'), column('OPÉRATEUR', 'OPERATOR', 'operatorName')],
    more: { tenant: 'capitalChain createdAt', provider: 'capitalChain createdAt' },
  },
  datacenters: {
    doors: ['provider'], field: 'datacenters', type: 'Datacenter',
    list: 'id code name commune status pueMilli region { id code } admittedTenantClasses generation',
    columns: [id, code, column('COMMUNE', 'TOWN', 'commune'), column('RÉGION', 'REGION', 'region.code'), column('STATUT', 'STATUS', 'status'), column('PUE ‰', 'PUE ‰', 'pueMilli')],
    more: { provider: 'feedLossTolerated gridGramsPerKwh buildingOwner leaseFrom leaseTo logLocation adminLocation latitudeE6 longitudeE6 assumed createdAt' },
  },
  halls: {
    doors: ['provider'], field: 'halls', type: 'Hall', list: 'id name datacenter { id code } coolingKinds coolingCapacityW deratingPct generation',
    columns: [id, name, column('SITE', 'SITE', 'datacenter.code'), column('FROID', 'COOLING', 'coolingKinds'), column('FROID W', 'COOLING W', 'coolingCapacityW')],
    more: { provider: 'assumed createdAt' },
  },
  powernodes: {
    doors: ['provider'], field: 'powerNodes', type: 'PowerNode', list: 'id name datacenter { id code } kind parentName side capacityW deratingPct usableW generation',
    columns: [id, name, column('SITE', 'SITE', 'datacenter.code'), column('TYPE', 'KIND', 'kind'), column('AMONT', 'PARENT', 'parentName'), column('VOIE', 'SIDE', 'side'), column('UTILE W', 'USABLE W', 'usableW')],
    more: { provider: 'parentId assumed createdAt' },
  },
  powerphases: {
    doors: ['provider'], field: 'powerPhases', type: 'PowerPhase', list: 'id name datacenter { id code } contractedW state from to generation',
    columns: [id, name, column('SITE', 'SITE', 'datacenter.code'), column('CONTRAT W', 'CONTRACT W', 'contractedW'), state, column('DÈS', 'FROM', 'from'), column('JUSQU’À', 'TO', 'to')],
    more: { provider: 'evidence { document sha256 } assumed createdAt' },
  },
  racks: {
    doors: ['provider'], field: 'racks', type: 'Rack', list: 'id name hall { id name } row position units maxPowerW usedPowerW machineCount coolingKind state generation',
    columns: [id, name, column('SALLE', 'HALL', 'hall.name'), state, column('MAX W', 'MAX W', 'maxPowerW'), column('PRIS W', 'USED W', 'usedPowerW'), column('MACHINES', 'MACHINES', 'machineCount')],
    more: { provider: 'coolingCapacityW feedA feedB assumed createdAt' },
  },
  machines: {
    doors: ['provider'], field: 'machines', type: 'Machine',
    list: 'id name rack { id name } shape { id code gpus } state gpusAllocated simulated serial poolId generation',
    columns: [id, name, column('BAIE', 'RACK', 'rack.name'), column('FORME', 'SHAPE', 'shape.code'), state, column('GPU PRIS', 'GPUS HELD', 'gpusAllocated'), simulated],
    more: { provider: `positionU units nvlinkDomain clusterId ${CONDITIONS} createdAt` },
  },
  shapes: {
    doors: ['tenant', 'provider'], field: 'shapes', type: 'Shape', list: 'id code gpuModel gpus gpuMemoryMiB idleW maxW peakFp16Tflops pricePerHourMinor generation',
    columns: [id, code, column('MODÈLE', 'MODEL', 'gpuModel'), column('GPU', 'GPUS', 'gpus'), column('REPOS W', 'IDLE W', 'idleW'), column('MAX W', 'MAX W', 'maxW')],
    more: { tenant: 'cpuMilli ramMiB nvmeGiB nicMbps nvlinkDomainSize assumed', provider: 'cpuMilli ramMiB nvmeGiB nicMbps nvlinkDomainSize units coolingKinds assumed' },
  },
  staff: {
    doors: ['provider'], field: 'staffCoverages', type: 'StaffCoverage', list: 'id name datacenter { id code } skill days fromMinute toMinute responseMinutes generation',
    columns: [id, name, column('SITE', 'SITE', 'datacenter.code'), column('COMPÉTENCE', 'SKILL', 'skill'), column('JOURS', 'DAYS', 'days'), column('DE', 'FROM', 'fromMinute'), column('À', 'TO', 'toMinute'), column('DÉLAI MIN', 'RESPONSE MIN', 'responseMinutes')],
    more: { provider: 'assumed createdAt' },
  },
  carriers: {
    doors: ['provider'], field: 'carriers', type: 'Carrier', list: 'id code name generation', columns: [id, code, name], more: { provider: 'assumed createdAt' },
  },
  links: {
    doors: ['provider'], field: 'links', type: 'Link', list: 'id name datacenter { id code } toDatacenter { id code } toName carrier { id code } kind capacityMbps latencyUs generation',
    columns: [id, name, column('SITE', 'SITE', 'datacenter.code'), column('VERS', 'TO', 'toName'), column('VERS SITE', 'TO SITE', 'toDatacenter.code'), column('OPÉRATEUR', 'CARRIER', 'carrier.code'), column('TYPE', 'KIND', 'kind'), column('MBIT/S', 'MBIT/S', 'capacityMbps'), column('LATENCE µs', 'LATENCY µs', 'latencyUs')],
    more: { provider: 'monthlyPriceMinor currency assumed createdAt' },
  },
  clusters: {
    doors: ['provider'], field: 'clusters', type: 'Cluster', list: 'id name datacenter { id code } provider simulated endpoint kubernetesVersion generation',
    columns: [id, name, column('SITE', 'SITE', 'datacenter.code'), column('TYPE', 'PROVIDER', 'provider'), column('VERSION', 'VERSION', 'kubernetesVersion'), column('ADRESSE', 'ENDPOINT', 'endpoint')],
    more: { provider: `${CONDITIONS} observedGeneration createdAt` },
  },
  pools: {
    doors: ['provider'], field: 'nodePools', type: 'NodePool', list: 'id name cluster { id name } shape { id code } target minimum maximum readyMachines purpose paused generation',
    columns: [id, name, column('CLUSTER', 'CLUSTER', 'cluster.name'), column('FORME', 'SHAPE', 'shape.code'), column('CIBLE', 'TARGET', 'target'), column('PRÊTES', 'READY', 'readyMachines'), column('PAUSE', 'PAUSED', 'paused')],
    more: { provider: `rackIds labels { key value } taints { key value effect } tenantClasses drainPolicy ${CONDITIONS} observedGeneration createdAt` },
  },
  organisations: {
    doors: ['provider'], field: 'organisations', type: 'Organisation', list: 'id code name class generation',
    columns: [id, code, name, column('CLASSE', 'CLASS', 'class')],
    more: { provider: 'memberIds createdAt' },
  },
  projects: {
    doors: ['tenant'], field: 'projects', type: 'Project', list: 'id code name stage expiresAt generation',
    columns: [id, code, name, column('ÉTAPE', 'STAGE', 'stage'), column('EXPIRE', 'EXPIRES', 'expiresAt')],
    more: { tenant: `legalScope { jurisdictions certifications dataClass } ${CONDITIONS} createdAt` },
  },
  quotas: {
    doors: ['tenant', 'provider'], field: 'quotas', type: 'Quota',
    list: 'id name region { id code } project limits { dimension nominal borrowingLimit lendingLimit } budgets { dimension perPeriod period carryOverPct } used { dimension amount } generation',
    columns: [id, name, column('RÉGION', 'REGION', 'region.code'), column('PROJET', 'PROJECT', 'project'), limits, budgets],
    more: { provider: 'parent organisation { id code } createdAt', tenant: 'createdAt' },
  },
  reservations: {
    doors: ['tenant'], field: 'reservations', type: 'Reservation', list: 'id projectId region { id code } shape { id code } machines watts from to state generation',
    columns: [id, column('FORME', 'SHAPE', 'shape.code'), column('MACHINES', 'MACHINES', 'machines'), column('W', 'W', 'watts'), column('DE', 'FROM', 'from'), column('À', 'TO', 'to'), state],
    more: { tenant: 'datacenterId cancelledAt decisionId createdAt' },
  },
  plans: {
    doors: ['tenant'], field: 'plans', type: 'Plan', list: 'id projectId region { id code } state expiresAt watts pricePerHourMinor currency decisionId generation',
    columns: [id, state, column('EXPIRE', 'EXPIRES', 'expiresAt'), column('W', 'W', 'watts'), column('CENTIMES/H', 'CENTS/H', 'pricePerHourMinor'), column('DÉCISION', 'DECISION', 'decisionId')],
    more: { tenant: 'instances { id shape datacenter gpus milliGpu watts } quota { quota dimension nominal used asked after } gramsCo2ePerHour diagnostics { code message } createdAt' },
  },
  decisions: {
    doors: ['tenant', 'provider'], field: 'decisions', type: 'PlacementDecision', list: 'id subject outcome headline region { id code } request { shape count at leaseEnd } forEver createdAt',
    columns: [id, column('ISSUE', 'OUTCOME', 'outcome'), column('QUAND', 'WHEN', 'createdAt'), column('FORME', 'SHAPE', 'request.shape'), column('NOMBRE', 'COUNT', 'request.count'), column('EN BREF', 'IN SHORT', 'headline')],
    more: { tenant: 'counterfactuals { sentence } reasons { reason message }', provider: 'ledgerIndex organisation { code } counterfactuals { sentence } reasons { reason message }' },
  },
  certifications: {
    doors: ['tenant', 'provider'], field: 'certifications', type: 'Certification', list: 'id kind holder from to region { code } datacenter { code } generation',
    columns: [id, column('TYPE', 'KIND', 'kind'), column('RÉGION', 'REGION', 'region.code'), column('SITE', 'SITE', 'datacenter.code'), column('DE', 'FROM', 'from'), column('À', 'TO', 'to')],
    more: { tenant: 'assumed createdAt', provider: 'evidence { document sha256 } assumed createdAt' },
  },
  violations: {
    doors: ['tenant', 'provider'], field: 'violations', type: 'Violation', list: 'id instanceId datacenter { code } rule certification since endedAt message',
    columns: [id, column('INSTANCE', 'INSTANCE', 'instanceId'), column('RÈGLE', 'RULE', 'rule'), column('CERTIFICATION', 'CERTIFICATION', 'certification'), column('DEPUIS', 'SINCE', 'since'), column('FIN', 'ENDED', 'endedAt')],
    more: { tenant: 'createdAt', provider: 'organisationId createdAt' },
  },
  instances: {
    doors: ['tenant', 'provider'], field: 'gpuInstances', type: 'GpuInstance',
    list: 'id name shape { id code } region { id code } datacenter { id code } gpus status desired leaseEnd simulated createdAt readyAt generation',
    columns: [id, name, column('FORME', 'SHAPE', 'shape.code'), column('SITE', 'SITE', 'datacenter.code'), column('STATUT', 'STATUS', 'status'), column('BAIL', 'LEASE END', 'leaseEnd'), simulated],
    more: {
      tenant: `orderId project { id code } image sshKeys sshEndpoint interruptible statusHistory { state cause actor at } ${CONDITIONS} decisionId releasedAt`,
      provider: `organisation { id code } clusterId poolId machineId rackId reservedW statusHistory { state cause actor at } ${CONDITIONS} decisionId releasedAt`,
    },
  },
  loadtargets: {
    doors: ['provider'], field: 'loadTargets', type: 'LoadTarget', list: 'id datacenter { id code } targetW from to beforeW expectedW shortfallW stepCount releasedCount state measuredW overW plannedBy approvedBy generation',
    columns: [id, column('SITE', 'SITE', 'datacenter.code'), column('CIBLE W', 'TARGET W', 'targetW'), column('DU', 'FROM', 'from'), column('AU', 'TO', 'to'), column('ÉTAPES', 'STEPS', 'stepCount'), column('RENDUES', 'RELEASED', 'releasedCount'), column('MESURÉ W', 'MEASURED W', 'measuredW'), column('EN TROP W', 'ABOVE W', 'overW'), state],
    more: { provider: 'includeProduction steps { instanceId why purpose gpus watts expectedW state noticedAt settledAt } sparedInstances sparedW approvedAt cancelledBy cancelledAt measuredAt reachedAt createdAt' },
  },
  erasures: {
    doors: ['tenant', 'provider'], field: 'erasures', type: 'Erasure', list: 'id subject ground state requestedBy requestedAt erasedAt keyCount generation',
    columns: [id, column('QUI', 'WHOM', 'subject'), column('FONDEMENT', 'GROUND', 'ground'), state, column('DEMANDÉ PAR', 'ASKED BY', 'requestedBy'), column('EFFACÉ LE', 'ERASED AT', 'erasedAt')],
    more: { tenant: 'eventId certificate certificateText createdAt', provider: 'eventId certificate certificateText createdAt' },
  },
  contractends: {
    doors: ['tenant', 'provider'], field: 'contractEnds', type: 'ContractEnd', list: 'id organisationId noticeDays state proposedBy approvedBy noticedAt dueAt generation',
    columns: [id, column('ORGANISATION', 'ORGANISATION', 'organisationId'), state, column('NOTIFIÉ LE', 'NOTICED AT', 'noticedAt'), column('ÉCHÉANCE', 'DUE AT', 'dueAt')],
    more: { tenant: 'cancelledBy cancelledAt endedAt createdAt', provider: 'cancelledBy cancelledAt endedAt createdAt' },
  },
  retentions: {
    doors: ['tenant', 'provider'], field: 'retentions', type: 'Retention', list: 'id class months reason state proposedBy approvedBy approvedAt generation',
    columns: [id, column('CLASSE', 'CLASS', 'class'), column('MOIS', 'MONTHS', 'months'), state, column('PROPOSÉ PAR', 'PROPOSED BY', 'proposedBy'), column('APPROUVÉ PAR', 'APPROVED BY', 'approvedBy'), column('MOTIF', 'REASON', 'reason')],
    more: { tenant: 'createdAt', provider: 'createdAt' },
  },
  legalholds: {
    doors: ['provider'], field: 'legalHolds', type: 'LegalHold', list: 'id organisationId reference from to about placedBy placedAt liftedBy liftedAt generation',
    columns: [id, column('ORGANISATION', 'ORGANISATION', 'organisationId'), column('RÉFÉRENCE', 'REFERENCE', 'reference'), column('SUR', 'ABOUT', 'about'), column('POSÉ PAR', 'PLACED BY', 'placedBy'), column('LEVÉ LE', 'LIFTED AT', 'liftedAt')],
    more: { provider: 'createdAt' },
  },
  mandates: {
    doors: ['tenant', 'provider'], field: 'mandates', type: 'Mandate',
    list: 'id organisationId subject { directory id } target { kind id } legalAct from to expiresAt state proposedBy { directory id } approvedBy { directory id } uses { count lastAt } generation',
    columns: [
      id, column('JOURNAL DE', 'LOG OF', 'organisationId'), column('À QUI', 'WHOM', 'subject.id'), column('ACTE', 'ACT', 'legalAct'), column('DU', 'FROM', 'from'), column('AU', 'TO', 'to'), column('EXPIRE', 'EXPIRES', 'expiresAt'), state,
      column('PROPOSÉ PAR', 'PROPOSED BY', 'proposedBy.id'), column('APPROUVÉ PAR', 'APPROVED BY', 'approvedBy.id'), column('LECTURES', 'USES', 'uses.count'),
    ],
    more: { tenant: 'approvedAt revokedBy { directory id } revokedAt createdAt', provider: 'approvedAt revokedBy { directory id } revokedAt createdAt' },
  },
  auditexports: {
    doors: ['tenant', 'provider'], field: 'auditExports', type: 'AuditExport', list: 'id from to views organisationId requestedBy bytes expiresAt operation { state progressMilli }',
    columns: [
      id, column('DU', 'FROM', 'from'), column('AU', 'TO', 'to'), column('VUES', 'VIEWS', 'views'), column('ÉTAT', 'STATE', 'operation.state'), column('‰', '‰', 'operation.progressMilli'), column('OCTETS', 'BYTES', 'bytes'),
      column('DEMANDÉ PAR', 'ASKED BY', 'requestedBy'), column('JUSQU’AU', 'UNTIL', 'expiresAt'),
    ],
    more: { tenant: 'ageRecipients first end sha256 downloadPath generation createdAt', provider: 'ageRecipients mandateId first end sha256 downloadPath generation createdAt' },
  },
  apikeys: {
    doors: ['tenant', 'provider'], field: 'apiKeys', type: 'ApiKey', list: 'id name prefix roles expiresAt lastUsedAt revokedAt',
    columns: [id, name, column('PRÉFIXE', 'PREFIX', 'prefix'), column('RÔLES', 'ROLES', 'roles'), column('EXPIRE', 'EXPIRES', 'expiresAt'), column('RÉVOQUÉE', 'REVOKED', 'revokedAt')],
    more: { tenant: 'allowedCidrs generation', provider: 'allowedCidrs generation' },
  },
};

/** `rack` and `racks` are the same noun to a person. */
export const findNoun = (word: string): Noun | undefined => NOUNS[word] ?? NOUNS[`${word}s`];

/** The door to prefer for a noun: the only one that has it, else the tenant's. */
export const doorFor = (noun: Noun): Door => noun.doors[0] ?? 'tenant';
