import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  base64, COSIGNATURE, ED25519, isKeyName, parseCheckpoint, parseCosignature, parseNote, parseTrust, quorumHolds, verifierKey, verifierOf, verifyNote, type Checkpoint, type Note, type Policy, type PolicyLog,
} from '@cadastre/tlog';
import { Archive } from './archive.ts';
import { type JsonObject } from './json.ts';
import { eventsHold, MARGIN_MS, type Seen } from './events.ts';
import { merkle } from './lines.ts';
import { base64In, check, hashesIn, instantIn, jsonFile, listIn, must, objectIn, sizeIn, textIn } from './shape.ts';
import { imprintOf } from './timestamp.ts';

const MAX_SIZE = BigInt(Number.MAX_SAFE_INTEGER);
const sha256 = (bytes: string | Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** What was found, for people; the words are the caller's. */
export type Say = (word: 'trust' | 'global' | 'cosigned' | 'quorum' | 'nobody' | 'log' | 'events' | 'late' | 'period' | 'stamp' | 'pruned' | 'gap', about: string) => void;
export type Verdict = { readonly word: 'OK' | 'DISCONTINUITY'; readonly about: string };

interface Manifest {
  readonly first: number;
  readonly end: number;
  readonly log: string;
  readonly from: number;
  readonly to: number;
  readonly shown: string;
  readonly prunedBefore: number;
  readonly files: ReadonlyMap<string, { readonly bytes: number; readonly sha256: string }>;
  readonly views: readonly string[];
}

const value = <T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: { readonly because: string } }): T => {
  must(result.ok, result.ok ? '' : result.error.because);
  return result.value;
};
const noteOf = (bytes: Uint8Array): Note => value(parseNote(bytes));
const checkpointOf = (note: Note): Checkpoint => {
  const point = value(parseCheckpoint(note.text));
  must(point.extensions.length === 0 && isKeyName(point.origin) && point.size <= MAX_SIZE, 'not a checkpoint of ours');
  return point;
};
/** Signed by the log's key under this name: a line that is good, and none that is bad. */
const signedBy = (note: Note, { key }: PolicyLog, name: string): void => { value(verifyNote(note, [verifierOf(verifierKey(name, ED25519, key.publicKey))])); };

const manifestOf = (m: JsonObject): Manifest => {
  objectIn(m, 'end', 'files', 'first', 'kind', 'log', 'period', 'pruned_before', 'v', 'views');
  const period = objectIn(m['period'], 'from', 'to');
  const files = new Map(Object.entries(objectIn(m['files'])).map(([name, f]) => {
    const { bytes, sha256: digest } = objectIn(f, 'bytes', 'sha256');
    must(/^[0-9a-f]{64}$/.test(textIn(digest)), 'a digest');
    return [name, { bytes: sizeIn(bytes), sha256: textIn(digest) }];
  }));
  const made: Manifest = {
    first: sizeIn(m['first']), end: sizeIn(m['end']), log: textIn(m['log']), from: instantIn(period['from']), to: instantIn(period['to']), shown: `${textIn(period['from'])} - ${textIn(period['to'])}`,
    prunedBefore: sizeIn(m['pruned_before']), files, views: listIn(m['views']).map(textIn),
  };
  must(m['kind'] === 'cadastre-audit-bundle' && made.first < made.end && made.from < made.to && made.prunedBefore <= made.first, 'kind, range, period or pruned_before');
  return made;
};

const filesHold = (m: Manifest, archive: Archive, digests: ReadonlyMap<string, string>): void => {
  const entries = archive.entries.filter(e => e.name !== 'manifest.json');
  must([...m.files.keys()].join('\n') === entries.map(e => e.name).sort().join('\n'), 'the entries are not those of the manifest');
  must(m.views.join() === entries.filter(e => e.name.startsWith('views/')).map(e => e.name.slice(6, e.name.indexOf('.'))).join(), 'the views are not those of the manifest');
  for (const e of entries) {
    const said = m.files.get(e.name);
    const digest = digests.get(e.name);
    must(said?.bytes === e.size && (digest === undefined || said.sha256 === digest), `${e.name} is not the file of the manifest`);
  }
};

// A witness may write any number of seconds; beyond the year 9999 it is shown as it is.
const shownTime = (seconds: bigint): string => (seconds < 253_402_300_800n ? new Date(Number(seconds) * 1_000).toISOString() : String(seconds));

const quorumMet = (policy: Policy, note: Note, say: Say): void => {
  const cosigned = new Set<string>();
  for (const { name, key } of policy.witnesses) {
    const lines = note.signatures.filter(line => line.name === key.name && line.keyId === key.keyId);
    for (const line of lines) {
      const time = parseCosignature(line.signature)?.time;
      must(time !== undefined && time <= MAX_SIZE && verifierOf(verifierKey(key.name, COSIGNATURE, key.publicKey)).verify(note.text, line.signature), `the cosignature of ${key.name} does not hold`);
      say('cosigned', `${key.name} ${shownTime(time)}`);
      cosigned.add(name);
    }
  }
  must(quorumHolds(policy.quorum, cosigned), 'too few of the trusted witnesses have cosigned');
  say(policy.quorum.kind === 'none' ? 'nobody' : 'quorum', '');
};

interface Proofs {
  readonly range: { readonly first: number; readonly end: number; readonly size: number; readonly left: readonly Uint8Array[]; readonly right: readonly Uint8Array[] };
  readonly consistency: readonly { readonly from: number; readonly to: number; readonly hashes: readonly Uint8Array[] }[];
}
const proofsOf = (p: JsonObject, m: Manifest, log: Checkpoint, global: Checkpoint): Proofs => {
  objectIn(p, 'consistency', 'inclusion', 'range');
  const inclusion = objectIn(p['inclusion'], 'hashes', 'index', 'leaf', 'size');
  const range = objectIn(p['range'], 'end', 'first', 'left', 'right', 'size');
  const consistency = listIn(p['consistency']).map(c => objectIn(c, 'from', 'hashes', 'to')).map(c => ({ from: sizeIn(c['from']), to: sizeIn(c['to']), hashes: hashesIn(c['hashes']) }));
  const read: Proofs = { consistency, range: { first: sizeIn(range['first']), end: sizeIn(range['end']), size: sizeIn(range['size']), left: hashesIn(range['left']), right: hashesIn(range['right']) } };
  const [leaf, index, proof] = [base64In(inclusion['leaf']), sizeIn(inclusion['index']), hashesIn(inclusion['hashes'])];
  const said = `cadastre-global-leaf/v1\n${base64(sha256(m.log))}\n${String(log.size)}\n${base64(log.root)}\n`;
  must(Buffer.from(leaf).toString('latin1') === said && BigInt(sizeIn(inclusion['size'])) === global.size, 'the global leaf speaks of something else');
  must(merkle.verifyInclusion({ leafHash: merkle.leafHash(leaf), index: BigInt(index), size: global.size, proof, root: global.root }), 'the path does not give the global root');
  return read;
};

const stampsHold = async (archive: Archive, stamps: readonly string[], { consistency }: Proofs, global: Checkpoint, log: PolicyLog): Promise<void> => {
  const earlier: Checkpoint[] = [];
  for (const n of stamps) {
    const note = noteOf(await archive.small(`timestamps/${n}.checkpoint`));
    const point = checkpointOf(note);
    must(point.origin === log.key.name && String(point.size) === n && point.size <= global.size && (point.size < global.size || Buffer.compare(point.root, global.root) === 0), `timestamps/${n}.checkpoint`);
    signedBy(note, log, log.key.name);
    if (point.size < global.size) earlier.push(point);
  }
  must(earlier.length === consistency.length, 'a consistency proof for each timestamp, and no other');
  for (const [n, point] of earlier.entries()) {
    const proof = consistency[n];
    must(proof !== undefined && BigInt(proof.from) === point.size && BigInt(proof.to) === global.size, 'a consistency proof of something else');
    must(merkle.verifyConsistency({ size1: point.size, size2: global.size, root1: point.root, root2: global.root, proof: proof.hashes }), 'a consistency proof does not hold');
  }
};

interface Statement {
  readonly old: string;
  readonly fresh: string;
}
const statementOf = (bytes: Uint8Array, log: PolicyLog): Statement => {
  const note = noteOf(bytes);
  signedBy(note, log, log.key.name);
  const [head, old = '', size = '', root = '', recovered = '', fresh = '', at, reason = '', end, ...more] = note.text.split('\n');
  const decimal = (text: string): number => {
    must(/^(?:0|[1-9][0-9]{0,15})$/.test(text) && Number.isSafeInteger(Number(text)), 'not a size');
    return Number(text);
  };
  const length = Buffer.byteLength(reason);
  must(head === 'cadastre-discontinuity/v1' && isKeyName(old) && isKeyName(fresh) && decimal(recovered) <= decimal(size) && length >= 1 && length <= 500 && end === '' && more.length === 0, 'a statement of another shape');
  base64In(root, 32);
  instantIn(at ?? '');
  return { old, fresh };
};

const periodHolds = (m: Manifest, { first, last }: Seen): void => {
  must((m.first === 0 || (first.beat && first.time <= m.from - MARGIN_MS)) && last.beat && last.time >= m.to + MARGIN_MS, 'events of the period may lie outside of the range');
};

/** The checks of docs/audit-bundle.md in their order: our own third program, over the same library that seals. @throws Fails at the first that does not hold */
export const verifyBundle = async (trustFile: string, file: string, say: Say): Promise<Verdict> => {
  const policy = await check('trust', async () => value(parseTrust(await readFile(trustFile))));
  const [log] = policy.logs;
  if (log === undefined) throw new Error('a policy without a log');
  const archive = await check('archive', () => Archive.open(file));
  try {
    return await contentHolds(policy, log, archive, say);
  } finally {
    await archive.close();
  }
};

const contentHolds = async (policy: Policy, log: PolicyLog, archive: Archive, say: Say): Promise<Verdict> => {
  const names = archive.entries.map(e => e.name);
  const large = (name: string): boolean => name === 'events.jsonl' || name.startsWith('views/');
  const digests = new Map<string, string>();
  for (const name of names.filter(n => !large(n))) digests.set(name, await check('archive', () => archive.digest(name)));
  const json = await check('manifest', async () => jsonFile(await archive.small('manifest.json')));
  await check('manifest', () => { must(typeof json['v'] === 'number', 'v'); });
  await check('version', () => { must(json['v'] === 1, 'a version that this program does not know'); });
  const m = await check('manifest', () => manifestOf(json));
  await check('files', () => { filesHold(m, archive, digests); });
  const origin = log.key.name;
  say('trust', origin);
  const [note, global] = await check('global-checkpoint', async () => {
    const signed = noteOf(await archive.small('global.checkpoint'));
    const point = checkpointOf(signed);
    must(point.origin === origin && point.size > 0n, 'of another log');
    signedBy(signed, log, origin);
    return [signed, point] as const;
  });
  say('global', `${origin} ${String(global.size)} ${base64(global.root)}`);
  await check('quorum', () => { quorumMet(policy, note, say); });
  const own = await check('log-checkpoint', async () => {
    const signed = noteOf(await archive.small('log.checkpoint'));
    const point = checkpointOf(signed);
    must(point.origin === m.log && (m.log === `${origin}/provider` || (m.log.startsWith(`${origin}/t/`) && /^[0-9A-Za-z_-]+$/.test(m.log.slice(origin.length + 3)))), 'not a log of the trusted origin');
    signedBy(signed, log, m.log);
    return point;
  });
  say('log', `${m.log} ${String(own.size)} ${base64(own.root)}`);
  const proofs = await check('inclusion', async () => proofsOf(jsonFile(await archive.small('proofs.json')), m, own, global));
  const stamps = names.flatMap(n => /^timestamps\/([0-9]+)\.checkpoint$/.exec(n)?.[1] ?? []);
  await check('consistency', () => stampsHold(archive, stamps, proofs, global, log));
  const statements = await check('discontinuity', async () => {
    const list: Statement[] = [];
    for (const n of names.filter(name => name.startsWith('discontinuities/'))) list.push(statementOf(await archive.small(n), log));
    must(list.every((s, n) => s.fresh === (list[n + 1]?.old ?? origin)), 'statements that do not follow each other');
    return list;
  });
  const { range } = proofs;
  const fits = range.first === m.first && range.end === m.end && BigInt(range.size) === own.size;
  const verification = merkle.verifyingRange({ first: BigInt(range.first), end: BigInt(range.end), size: BigInt(range.size), left: range.left, right: range.right });
  const seen = await check('events', () => eventsHold(archive, { first: m.first, end: m.end, sha256: m.files.get('events.jsonl')?.sha256 }, new Set([m.log, ...statements.map(s => `${s.old}${m.log.slice(origin.length)}`)]), verification));
  await check('root', () => { must(fits && verification.gives(own.root), 'these events do not give the signed root'); });
  say('events', String(m.end - m.first));
  if (seen.late > 0) say('late', String(seen.late));
  await check('period', () => { periodHolds(m, seen); });
  say('period', m.shown);
  for (const name of names.filter(n => n.startsWith('views/'))) await check('views', async () => { must((await archive.stream(name, () => undefined)) === m.files.get(name)?.sha256, `${name} is not the file of the manifest`); });
  for (const n of stamps) {
    await check('timestamp', async () => { must(Buffer.compare(imprintOf(await archive.small(`timestamps/${n}.tsr`)), sha256(await archive.small(`timestamps/${n}.checkpoint`))) === 0, `timestamps/${n}.tsr is about other bytes`); });
    say('stamp', `openssl ts -verify -data timestamps/${n}.checkpoint -in timestamps/${n}.tsr -CAfile CA.pem`);
  }
  if (m.prunedBefore > 0) say('pruned', String(m.prunedBefore));
  for (const s of statements) say('gap', s.old);
  const lost = statements.at(-1);
  return lost === undefined ? { word: 'OK', about: `${String(m.end - m.first)} events` } : { word: 'DISCONTINUITY', about: lost.old };
};
