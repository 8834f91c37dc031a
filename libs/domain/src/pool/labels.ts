import type { Place } from '../core/check.ts';
import * as check from '../core/check.ts';
import { at, fault } from '../core/check.ts';
import type { Problem } from '../core/index.ts';
import type { Taint } from './model.ts';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;
const MAX_ENTRIES = 32;
const NAME = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
// Ours say who owns the node and where it stands; Kubernetes' and the device plugin's say what it is. An operator's label must not be able to lie about either.
const RESERVED = ['cadastre.cloud', 'kubernetes.io', 'k8s.io', 'nvidia.com'];

/** Labels of a node: keys as Kubernetes has them, none twice, none of a reserved domain. */
export const labelFaults = (labels: readonly { readonly key: string; readonly value: string }[]): readonly Problem[] => [
  ...check.integer(at('labels'), labels.length, 0, MAX_ENTRIES),
  ...labels.flatMap((l, n) => [...keyFaults(at('labels', n, 'key'), l.key), ...valueFaults(at('labels', n, 'value'), l.value)]),
  ...check.distinct(at('labels'), labels.map(l => l.key)),
];

export const taintFaults = (taints: readonly Taint[]): readonly Problem[] => [
  ...check.integer(at('taints'), taints.length, 0, MAX_ENTRIES),
  ...taints.flatMap((t, n) => [
    ...keyFaults(at('taints', n, 'key'), t.key), ...valueFaults(at('taints', n, 'value'), t.value), ...check.oneOf(at('taints', n, 'effect'), t.effect, EFFECTS),
  ]),
  // Kubernetes tells taints apart by key and effect.
  ...check.distinct(at('taints'), taints.map(t => `${t.key}:${t.effect}`)),
];

const keyFaults = (place: Place, key: string): readonly Problem[] => {
  if (key === '') return [fault('REQUIRED', place)];
  const [name = '', prefix, ...more] = key.split('/').reverse();
  const formed = more.length === 0 && NAME.test(name) && (prefix === undefined || PREFIX.test(prefix));
  if (!formed) return [fault('BAD_FORMAT', place, { value: check.shown(key), expected: 'prefix.example/name' })];
  const owner = RESERVED.find(domain => prefix === domain || prefix?.endsWith(`.${domain}`) === true);
  return owner === undefined ? [] : [fault('BAD_FORMAT', place, { value: check.shown(key), expected: `not ${owner}/…` })];
};

const valueFaults = (place: Place, value: string): readonly Problem[] => (value === '' ? [] : check.labelWord(place, value));
