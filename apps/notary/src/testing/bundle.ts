import { createHash } from 'node:crypto';
import { consistencyOf, inclusionOf, leafHash, leftOf, rightOf, rootOf } from './merkle.ts';
import { checkpointText, cosignature, keyOf, note, policy, signature } from './note.ts';
import type { Key } from './note.ts';
import { tokenOf } from './timestamp.ts';
import { zipOf } from './zip.ts';
import type { Entry, Placed } from './zip.ts';

/** What a bundle of the tests is made of. Nothing here comes from the product: a second reading of docs/audit-bundle.md. */
export interface Options {
  /** Events of the tenant's log, heartbeats included. */
  readonly size?: number;
  readonly first?: number;
  readonly end?: number;
  readonly witnesses?: number;
  readonly quorum?: number | 'none';
  /** Witnesses that sign, of `witnesses`; all when absent. */
  readonly signers?: readonly number[];
  /** Sizes of the global log that were timestamped. */
  readonly timestamps?: readonly number[];
  readonly globalSize?: number;
  readonly discontinuities?: number;
  readonly prunedBefore?: number;
  readonly views?: readonly string[];
  readonly store?: boolean;
  readonly tenant?: string;
  readonly origin?: string;
  /** Seed words of the keys. */
  readonly logKey?: string;
  readonly witnessKey?: string;
  /** More leaves in the log instead of the generated ones. */
  readonly events?: readonly string[];
  readonly period?: { readonly from: string; readonly to: string };
}

/** The parts of a bundle before it is zipped: an attack changes some of them. */
export interface Parts {
  readonly files: Map<string, Buffer>;
  readonly manifest: Record<string, unknown>;
  readonly trust: string;
  readonly store: boolean;
  readonly log: string;
  readonly origin: string;
  readonly key: Key;
  readonly witnesses: readonly { readonly name: string; readonly key: Key }[];
  readonly events: readonly string[];
  readonly globalLeaves: readonly Buffer[];
}
export interface Bundle {
  readonly bytes: Buffer;
  readonly data: readonly Placed[];
  readonly trust: string;
}

const START = Date.parse('2026-03-01T00:00:00.000Z');
const MINUTE = 60_000;
export const WITNESSED = Math.floor(START / 1000) + 86_400;
const hex = (text: string): string => createHash('sha256').update(text).digest('hex');
export const instantOf = (minutes: number): string => new Date(START + minutes * MINUTE).toISOString();

/** JSON with the keys of each object in order. */
export const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(',')}}`;
};

export const heartbeat = (log: string, i: number, minutes: number): string => canonical({ id: `audit_${hex(`${log} ${String(i)}`).slice(0, 26)}`, log, outcome: 'success', time: instantOf(minutes), type: 'audit.log.heartbeat', v: 1 });

/** An event as the product writes them, about 900 bytes. */
export const eventOf = (log: string, i: number, minutes: number, more: Readonly<Record<string, unknown>> = {}): string => {
  const h = hex(`${log} event ${String(i)}`);
  return canonical({
    actor: { auth: { acr: 'mfa', auth_time: instantOf(minutes - 30), method: 'oidc' }, directory: 'tenant', id: `user_${h.slice(0, 26)}`, kind: 'user', roles: ['admin'] },
    authz: { decision: 'allow', policy: 'cedar/7', rule: 'tenant-admin' },
    change: [{ after: h.slice(0, 8), path: 'size' }], class: 'lifecycle', clock: { offset_ms: i % 7, source: 'ntp', synced: true },
    id: `audit_${h.slice(26, 52)}`, legal: 'SecNumCloud-3.2:12.6', log, op: { attempt: 1 + (i % 3), epoch: 4, id: `operation_${h.slice(8, 34)}` },
    outcome: i % 11 === 0 ? 'denied' : 'success', phase: 'completed',
    request: { argument_digest: h, document_digest: hex(h), id: `request_${h.slice(3, 29)}`, operation: 'createInstance', span: h.slice(0, 16), trace: h.slice(16, 48) },
    retention: 'lifecycle', source: { host: 'api-1', interface: 'graphql', version: '0.1.0' }, target: { id: `instance_${h.slice(5, 31)}`, kind: 'instance' },
    tenant: log.split('/').at(-1), time: instantOf(minutes), type: ['compute.instance.create', 'compute.instance.stop', 'iam.grant.add'][i % 3], v: 1, ...more,
  });
};

/** A heartbeat each tenth event, and at both ends of any decade: one event a minute. */
const historyOf = (log: string, size: number): readonly string[] =>
  Array.from({ length: size }, (_, i) => (i % 10 === 0 || i % 10 === 9 ? heartbeat(log, i, i) : eventOf(log, i, i)));

export const globalLeaf = (log: string, size: number, root: Buffer): Buffer =>
  Buffer.from(`cadastre-global-leaf/v1\n${createHash('sha256').update(log).digest('base64')}\n${String(size)}\n${root.toString('base64')}\n`);

const base64 = (hashes: readonly Buffer[]): readonly string[] => hashes.map(hash => hash.toString('base64'));

interface Frame {
  readonly first: number;
  readonly end: number;
  readonly size: number;
  readonly timestamps: readonly number[];
}

/** `proofs.json` of a range of a log that is leaf `at` of the global log. */
export const proofsOf = ({ first, end, size, timestamps }: Frame, leaves: readonly Buffer[], globalLeaves: readonly Buffer[], at: number): Buffer => {
  const hashes = leaves.map(leafHash);
  const global = globalLeaves.map(leafHash);
  return Buffer.from(
    `${canonical({
      consistency: timestamps.filter(n => n < global.length).map(n => ({ from: n, hashes: base64(consistencyOf(n, global)), to: global.length })),
      inclusion: { hashes: base64(inclusionOf(at, global)), index: at, leaf: globalLeaves[at]?.toString('base64'), size: global.length },
      range: { end, first, left: base64(leftOf(first, hashes)), right: base64(rightOf(end, hashes)), size },
    })}\n`,
  );
};

/** A global checkpoint: signed by the log, and cosigned by these witnesses a day after the first event. */
export const globalCheckpoint = (origin: string, leaves: readonly Buffer[], key: Key, witnesses: Parts['witnesses'] = []): Buffer => {
  const text = checkpointText(origin, leaves.length, rootOf(leaves.map(leafHash)));
  return Buffer.from(note(text, signature(text, origin, key), ...witnesses.map((witness, i) => cosignature(text, witness.name, witness.key, WITNESSED + i))));
};
export const logCheckpoint = (log: string, leaves: readonly Buffer[], key: Key): Buffer => {
  const text = checkpointText(log, leaves.length, rootOf(leaves.map(leafHash)));
  return Buffer.from(note(text, signature(text, log, key)));
};

const statementOf = (n: number, count: number, origin: string, key: Key): Buffer => {
  const [old, following] = [`old${String(n)}.${origin}`, n === count ? origin : `old${String(n + 1)}.${origin}`];
  const text = ['cadastre-discontinuity/v1', old, '900', Buffer.alloc(32, n).toString('base64'), '850', following, instantOf(n), 'restored from the backup of the night', ''].join('\n');
  return Buffer.from(note(text, signature(text, origin, key)));
};

const FIXED: readonly (readonly [string, string])[] = [
  ['LISEZMOI.txt', 'Vérifiez avec verify.py.\n'], ['README.txt', 'Verify with verify.py.\n'], ['verify.py', '# the program\n'], ['verify.mjs', '// the program\n'],
  ['catalogue.fr.md', '# Catalogue\n'], ['catalogue.en.md', '# Catalogue\n'],
];

/** An honest bundle, before it is zipped. */
export const partsOf = (options: Options = {}): Parts => {
  const origin = options.origin ?? 'audit.example.fr';
  const log = `${origin}/${options.tenant ?? 't/organisation_1'}`;
  const events = options.events ?? historyOf(log, options.size ?? 60);
  const [first, end, size] = [options.first ?? 0, options.end ?? events.length, events.length];
  const key = keyOf(options.logKey ?? 'log');
  const witnesses = Array.from({ length: options.witnesses ?? 3 }, (_, i) => ({ name: `witness${String(i)}.example.net/w`, key: keyOf(`${options.witnessKey ?? 'witness'} ${String(i)}`) }));
  const leaves = events.map(event => Buffer.from(event));
  const globalSize = options.globalSize ?? 13;
  const at = Math.floor(globalSize * 0.7);
  const globalLeaves = Array.from({ length: globalSize }, (_, i) => (i === at ? globalLeaf(log, size, rootOf(leaves.map(leafHash))) : globalLeaf(`${origin}/t/other${String(i)}`, i + 1, Buffer.alloc(32, i))));
  const trust = policy(origin, key, witnesses, options.quorum ?? 2);
  const timestamps = options.timestamps ?? [];
  const files = new Map<string, Buffer>(FIXED.map(([name, text]) => [name, Buffer.from(text)]));
  files.set('policy.txt', Buffer.from(trust));
  files.set('log.checkpoint', logCheckpoint(log, leaves, key));
  files.set('global.checkpoint', globalCheckpoint(origin, globalLeaves, key, witnesses.filter((_, i) => options.signers?.includes(i) ?? true)));
  files.set('proofs.json', proofsOf({ first, end, size, timestamps }, leaves, globalLeaves, at));
  for (const n of timestamps) {
    const stamped = globalCheckpoint(origin, globalLeaves.slice(0, n), key);
    files.set(`timestamps/${String(n)}.checkpoint`, stamped).set(`timestamps/${String(n)}.tsr`, tokenOf(stamped, '20260302000000Z'));
  }
  const count = options.discontinuities ?? 0;
  for (let n = 1; n <= count; n++) files.set(`discontinuities/${String(n)}.note`, statementOf(n, count, origin, key));
  files.set('events.jsonl', Buffer.from(events.slice(first, end).map(event => `${event}\n`).join('')));
  for (const view of options.views ?? []) files.set(`views/${view}`, Buffer.from(`a view of ${view}\n`));
  const manifest = {
    end, first, kind: 'cadastre-audit-bundle', log, period: options.period ?? { from: instantOf(first === 0 ? 0 : first + 2), to: instantOf(end - 3) },
    pruned_before: options.prunedBefore ?? 0, v: 1, views: (options.views ?? []).map(view => view.split('.')[0]),
  };
  return { files, manifest, trust, store: options.store ?? false, log, origin, key, witnesses, events, globalLeaves };
};

export const manifestOf = ({ files, manifest }: Pick<Parts, 'files' | 'manifest'>): Buffer => {
  const listed = Object.fromEntries([...files].map(([name, data]) => [name, { bytes: data.length, sha256: createHash('sha256').update(data).digest('hex') }]));
  return Buffer.from(`${canonical({ files: listed, ...manifest })}\n`);
};

/** Zips the parts under a manifest that fits them, as an attacker would too. */
export const bundleOf = (parts: Pick<Parts, 'files' | 'manifest' | 'trust' | 'store'>, rewrite: (entries: readonly Entry[]) => readonly Entry[] = entries => entries): Bundle => {
  const entries = [['manifest.json', manifestOf(parts)] as const, ...parts.files].map(([name, data]) => ({ name, data, store: parts.store }));
  return { ...zipOf(rewrite(entries)), trust: parts.trust };
};
