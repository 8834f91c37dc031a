import type { Permission } from '@cadastre/kube/client';

const WRITES = ['get', 'list', 'watch', 'create', 'patch', 'delete'] as const;
const all = (group: string, ...resources: readonly string[]): readonly Permission[] =>
  resources.flatMap(resource => WRITES.map(verb => ({ verb, group, resource })));

/** The rights the controller uses in a cluster, each asked for at every look; what lacks is named in the Ready condition. */
export const RIGHTS: readonly Permission[] = [
  ...all('', 'namespaces', 'pods', 'services', 'resourcequotas', 'limitranges'),
  ...all('networking.k8s.io', 'networkpolicies'),
  { verb: 'get', group: '', resource: 'serviceaccounts' },
  { verb: 'get', group: '', resource: 'nodes' },
  { verb: 'list', group: '', resource: 'nodes' },
  { verb: 'watch', group: '', resource: 'nodes' },
  { verb: 'patch', group: '', resource: 'nodes' },
];

/** Only who simulates machines makes nodes and says what they have. */
export const SIMULATION_RIGHTS: readonly Permission[] = [
  { verb: 'create', group: '', resource: 'nodes' }, { verb: 'delete', group: '', resource: 'nodes' }, { verb: 'patch', group: '', resource: 'nodes/status' },
];

export const nameOfRight = (p: Permission): string => `${p.verb} ${p.group === '' ? '' : `${p.group}/`}${p.resource}`;
