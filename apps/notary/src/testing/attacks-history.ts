import { attack, halves, withFiles, withLines, withManifest, withProofs } from './alter.ts';
import type { Attack } from './alter.ts';
import { bundleOf, eventOf, globalCheckpoint, globalLeaf, heartbeat, instantOf, logCheckpoint, partsOf, proofsOf, WITNESSED } from './bundle.ts';
import type { Options, Parts } from './bundle.ts';
import { leafHash, rootOf } from './merkle.ts';
import { checkpointText, cosignature, keyOf, note, policy, signature, witnessKey } from './note.ts';
import { der, tokenOf } from './timestamp.ts';
import type { Faults } from './timestamp.ts';

const LOG = 'audit.example.fr/t/organisation_1';
const swap = <T>(items: readonly T[], a: number, b: number): readonly T[] => items.map((item, i) => items[i === a ? b : i === b ? a : i] ?? item);
const redated = (line: string, minutes: number): string => line.replace(/"time":"[^"]*"/, `"time":"${instantOf(minutes)}"`);
const history = (size: number): string[] => Array.from({ length: size }, (_, i) => (i % 10 === 0 || i % 10 === 9 ? heartbeat(LOG, i, i) : eventOf(LOG, i, i)));

/** Another history than the witnessed one, in a global tree of its own, under the log's stolen key. `cosigned` says what it does about the witnesses. */
const rewritten = (cosigned: (honest: Parts, text: string) => readonly string[], options: Options = {}): Parts => {
  const honest = partsOf(options);
  const events = honest.events.map((line, i) => (i === 17 ? line.replace('"allow"', '"deny"') : line));
  const leaves = events.map(line => Buffer.from(line));
  const at = Math.floor(honest.globalLeaves.length * 0.7);
  const globalLeaves = honest.globalLeaves.map((leaf, i) => (i === at ? globalLeaf(honest.log, leaves.length, rootOf(leaves.map(leafHash))) : leaf));
  const { text, lines } = halves(globalCheckpoint(honest.origin, globalLeaves, honest.key));
  const frame = { first: 0, end: leaves.length, size: leaves.length, timestamps: options.timestamps ?? [] };
  return withFiles(honest, {
    'log.checkpoint': logCheckpoint(honest.log, leaves, honest.key), 'global.checkpoint': note(text, ...lines, ...cosigned(honest, text)),
    'proofs.json': proofsOf(frame, leaves, globalLeaves, at), 'events.jsonl': events.map(line => `${line}\n`).join(''),
  });
};
const cosignedBy = (...which: readonly number[]) => (honest: Parts, text: string): readonly string[] =>
  honest.witnesses.filter((_, i) => which.includes(i)).map(witness => cosignature(text, witness.name, witness.key, WITNESSED));

const CHANGED: readonly Attack[] = [
  attack('FAIL root', 'one digit of an event is changed', () => withLines(partsOf(), lines => lines.map((line, i) => (i === 17 ? line.replace('"attempt":', '"attempt":1') : line)))),
  attack('FAIL root', 'two events are swapped', () => withLines(partsOf(), lines => swap(lines, 12, 13))),
  attack('FAIL events', 'an event is dropped', () => withLines(partsOf(), lines => lines.filter((_, i) => i !== 17))),
  attack('FAIL root', 'an event is dropped, and the range says one less', () =>
    withProofs(withManifest(withLines(partsOf(), lines => lines.filter((_, i) => i !== 17)), { end: 59 }), proofs => { proofs.range.end = 59; })),
  attack('FAIL events', 'an event is there twice', () => withLines(partsOf(), lines => lines.flatMap((line, i) => (i === 17 ? [line, line] : [line])))),
  attack('FAIL root', 'an event is there twice, instead of the next', () => withLines(partsOf(), lines => lines.map((line, i) => (i === 18 ? lines[17] ?? line : line)))),
  attack('FAIL events', 'an event of another tenant’s log is put in', () => withLines(partsOf(), lines => lines.map((line, i) => (i === 17 ? eventOf('audit.example.fr/t/other', 17, 17) : line)))),
  attack('FAIL root', 'an event of another tenant’s log is put in, under this log’s name', () => withLines(partsOf(), lines => lines.map((line, i) => (i === 17 ? eventOf(LOG, 999, 17) : line)))),
  attack('FAIL root', 'an event is back-dated after it was sealed', () => withLines(partsOf(), lines => lines.map((line, i) => (i === 17 ? redated(line, 5) : line)))),
  attack('OK 60 events', 'an event was written back-dated by an hour (it is counted and shown, not refused)', () => partsOf({ events: history(60).map((line, i) => (i === 17 ? redated(line, -60) : line)) })),
];

const CUT: readonly Attack[] = [
  attack('FAIL inclusion', 'a smaller checkpoint of the log is signed again with its key', () => {
    const honest = partsOf();
    const leaves = honest.events.slice(0, 40).map(line => Buffer.from(line));
    const cut = withManifest(withLines(honest, lines => lines.slice(0, 40)), { end: 40, period: { from: instantOf(0), to: instantOf(37) } });
    return withProofs(withFiles(cut, { 'log.checkpoint': logCheckpoint(LOG, leaves, honest.key) }), proofs => Object.assign(proofs.range, { end: 40, size: 40 }));
  }),
  attack('FAIL root', 'the last events are cut off, without proof of what follows', () =>
    withProofs(withManifest(withLines(partsOf(), lines => lines.slice(0, 40)), { end: 40, period: { from: instantOf(0), to: instantOf(37) } }), proofs => { proofs.range.end = 40; })),
  attack('FAIL period', 'the last events of the period are left out, with proofs', () => partsOf({ end: 40, period: { from: instantOf(0), to: instantOf(50) } })),
  attack('FAIL period', 'the first events of the period are left out, with proofs', () => partsOf({ first: 20, period: { from: instantOf(5), to: instantOf(50) } })),
  attack('FAIL period', 'the range ends with an event that is no heartbeat', () => partsOf({ end: 38, period: { from: instantOf(0), to: instantOf(30) } })),
  attack('FAIL period', 'the range begins with an event that is no heartbeat', () => partsOf({ first: 15, end: 60, period: { from: instantOf(30), to: instantOf(50) } })),
  attack('FAIL period', 'the period ends 119 s before the last heartbeat', () => partsOf({ period: { from: instantOf(0), to: new Date(Date.parse(instantOf(59)) - 119_000).toISOString() } })),
  attack('FAIL period', 'the period is made wider in the manifest', () => withManifest(partsOf(), { period: { from: instantOf(0), to: instantOf(9_999) } })),
  attack('FAIL root', 'a root on the left of the range is another', () => withProofs(partsOf({ first: 20 }), proofs => { proofs.range.left = [...proofs.range.left].reverse(); })),
  attack('FAIL root', 'a root on the right of the range is missing', () => withProofs(partsOf({ end: 40 }), proofs => { proofs.range.right.pop(); })),
  attack('FAIL root', 'there is a root too many on the right of the range', () => withProofs(partsOf({ end: 40 }), proofs => { proofs.range.right.push(Buffer.alloc(32).toString('base64')); })),
  attack('FAIL root', 'there is a root too many on the left of the range', () => withProofs(partsOf({ first: 20 }), proofs => { proofs.range.left.push(Buffer.alloc(32).toString('base64')); })),
  attack('FAIL root', 'the range is of a smaller tree', () => withProofs(partsOf({ end: 40 }), proofs => { proofs.range.size = 50; })),
  attack('FAIL root', 'the range begins elsewhere than the manifest says', () => withProofs(partsOf({ first: 20 }), proofs => { proofs.range.first = 30; })),
];

const WITNESSES: readonly Attack[] = [
  attack('FAIL quorum', 'stolen log key: another history is signed, with the witnesses’ lines of the true one', () => rewritten(honest => halves(honest.files.get('global.checkpoint') ?? Buffer.alloc(0)).lines.slice(1))),
  attack('FAIL quorum', 'stolen log key: another history is signed, without witnesses', () => rewritten(() => [])),
  attack('FAIL quorum', 'split view: a second global tree, cosigned by the one witness that colludes', () => rewritten(cosignedBy(1))),
  attack('FAIL consistency', 'split view: a second global tree that all witnesses cosigned, with a timestamp of the first', () => rewritten(cosignedBy(0, 1, 2), { timestamps: [12] })),
  attack('FAIL quorum', 'stolen log key: witnesses with other keys under the trusted names', () =>
    rewritten((honest, text) => honest.witnesses.map(witness => cosignature(text, witness.name, keyOf(`not ${witness.name}`), WITNESSED)))),
  attack('FAIL quorum', 'the quorum is one short', () => partsOf({ signers: [1] })),
  attack('OK 60 events', 'two of three witnesses signed, two are asked for', () => partsOf({ signers: [0, 2] })),
  attack('FAIL quorum', 'the same witness signed twice', () => withFiles(partsOf({ signers: [1] }), { 'global.checkpoint': before => `${before.toString()}${halves(before).lines[1] ?? ''}` })),
  attack('FAIL quorum', 'the same witness signed at two instants', () => {
    const honest = partsOf({ signers: [1] });
    const [, witness] = honest.witnesses;
    return withFiles(honest, { 'global.checkpoint': before => `${before.toString()}${witness === undefined ? '' : cosignature(halves(before).text, witness.name, witness.key, WITNESSED + 60)}` });
  }),
  attack('FAIL trust', 'the same witness’s key stands under two names in the trust file', () => {
    const honest = partsOf({ signers: [1] });
    const key = keyOf('witness 1');
    return { ...honest, trust: policy(honest.origin, honest.key, [{ name: 'a.example', key }, { name: 'b.example', key }], 2) };
  }),
  attack('FAIL trust', 'the log’s key is its own witness in the trust file', () => {
    const honest = partsOf();
    return { ...honest, trust: policy(honest.origin, honest.key, [...honest.witnesses, { name: 'w.example', key: honest.key }], 2) };
  }),
  attack('FAIL quorum', 'a witness’s instant is changed', () =>
    withFiles(partsOf({ signers: [0, 1] }), { 'global.checkpoint': before => note(halves(before).text, ...halves(before).lines.map((line, i) => (i === 2 ? later(line) : line))) })),
  attack('FAIL quorum', 'one trusted witness’s line is wrong, though the others suffice', () =>
    withFiles(partsOf(), { 'global.checkpoint': before => note(halves(before).text, ...halves(before).lines.map((line, i) => (i === 3 ? later(line) : line))) })),
  attack('FAIL quorum', 'a trusted witness’s instant is 2^53', () => {
    const honest = partsOf({ signers: [0, 1] });
    const [, , third] = honest.witnesses;
    return withFiles(honest, { 'global.checkpoint': before => `${before.toString()}${third === undefined ? '' : cosignature(halves(before).text, third.name, third.key, 2 ** 53)}` });
  }),
  attack('FAIL quorum', 'a trusted witness’s line is a byte short', () =>
    withFiles(partsOf(), { 'global.checkpoint': before => note(halves(before).text, ...halves(before).lines.map((line, i) => (i === 3 ? shorter(line) : line))) })),
  attack('OK 60 events', 'a witness that nobody knows signed too', () => withFiles(partsOf(), { 'global.checkpoint': before => `${before.toString()}${cosignature(halves(before).text, 'unknown.example', keyOf('u'), 1)}` })),
  attack('OK 60 events', 'the trust file asks for no witness (the programs say so)', () => partsOf({ quorum: 'none', signers: [] })),
];

const blobOf = (line: string): { readonly name: string; readonly blob: Buffer } => {
  const [, name, text] = line.trimEnd().split(' ');
  return { name: name ?? '', blob: Buffer.from(text ?? '', 'base64') };
};
const lineOf = (name: string, blob: Buffer): string => `— ${name} ${blob.toString('base64')}\n`;
const later = (line: string): string => {
  const { name, blob } = blobOf(line);
  blob.writeUInt32BE(blob.readUInt32BE(8) + 1, 8);
  return lineOf(name, blob);
};
const shorter = (line: string): string => lineOf(blobOf(line).name, blobOf(line).blob.subarray(0, -1));

const KEYS: readonly Attack[] = [
  attack('FAIL global-checkpoint', 'everything is made with the attacker’s keys, policy.txt included', () => ({ ...partsOf({ logKey: 'evil', witnessKey: 'evil' }), trust: partsOf().trust })),
  attack('FAIL global-checkpoint', 'everything is made under another origin', () => ({ ...partsOf({ origin: 'audit.example.org' }), trust: partsOf().trust })),
  attack('FAIL global-checkpoint', 'the log’s signature is under another key id', () =>
    withFiles(partsOf(), { 'global.checkpoint': before => note(halves(before).text, signature(halves(before).text, 'audit.example.fr', keyOf('evil')), ...halves(before).lines.slice(1)) })),
  attack('FAIL global-checkpoint', 'a second signature under the log’s key id does not verify', () =>
    withFiles(partsOf(), { 'global.checkpoint': before => note(halves(before).text, ...halves(before).lines, signature(`${halves(before).text}x`, 'audit.example.fr', keyOf('log'))) })),
  attack('FAIL log-checkpoint', 'the checkpoint of another tenant’s log', () => withFiles(partsOf(), { 'log.checkpoint': partsOf({ tenant: 't/other' }).files.get('log.checkpoint') })),
  attack('FAIL log-checkpoint', 'another log’s checkpoint is signed under this log’s name', () => {
    const honest = partsOf();
    const text = checkpointText('audit.example.fr/t/other', 60, rootOf(honest.events.map(event => leafHash(Buffer.from(event)))));
    return withFiles(honest, { 'log.checkpoint': note(text, signature(text, honest.log, honest.key)) });
  }),
  attack('FAIL log-checkpoint', 'the manifest names another tenant’s log', () => withManifest(partsOf(), { log: 'audit.example.fr/t/other' })),
  attack('FAIL log-checkpoint', 'the manifest names a log that is nobody’s', () => partsOf({ tenant: 'x/organisation_1' })),
  attack('FAIL log-checkpoint', 'the log’s checkpoint is signed with the attacker’s key', () => withFiles(partsOf(), { 'log.checkpoint': partsOf({ logKey: 'evil' }).files.get('log.checkpoint') })),
  attack('FAIL log-checkpoint', 'the log’s checkpoint is signed under the global log’s name', () => {
    const honest = partsOf();
    return withFiles(honest, { 'log.checkpoint': before => note(halves(before).text, signature(halves(before).text, honest.origin, honest.key)) });
  }),
  attack('OK 60 events', 'the provider’s own log', () => partsOf({ tenant: 'provider' })),
  attack('OK 60 events', 'policy.txt is another than the trust file', () => withFiles(partsOf(), { 'policy.txt': `log ${witnessKey('x', keyOf('x'))}\n` })),
];

const FAULTY: readonly (readonly [string, Faults])[] = [
  ['is a refusal', { status: 2 }], ['is of version 2', { version: 2 }], ['is over SHA-512', { hash: '608648016503040203' }], ['has parameters of its hash', { parameters: [der(0x04)] }],
  ['has its hash’s NULL twice', { parameters: [der(0x05), der(0x05)] }], ['is no signed data', { content: '2a864886f70d010701' }], ['is of another content', { info: '2a864886f70d010701' }],
  ['has a time of two-digit years', { timeTag: 0x17 }], ['has no signer', { signers: [] }], ['is a set', { outer: 0x31 }], ['has a third part', { more: [der(0x05)] }],
];
const PROOFS: readonly Attack[] = [
  attack('FAIL inclusion', 'the inclusion path is another', () => withProofs(partsOf(), proofs => { proofs.inclusion.hashes = [...proofs.inclusion.hashes].reverse(); })),
  attack('FAIL inclusion', 'the inclusion path is one too long', () => withProofs(partsOf(), proofs => { proofs.inclusion.hashes.push(proofs.inclusion.hashes[0] ?? ''); })),
  attack('FAIL inclusion', 'the inclusion path is one too short', () => withProofs(partsOf(), proofs => { proofs.inclusion.hashes.pop(); })),
  attack('FAIL inclusion', 'the leaf is at another index', () => withProofs(partsOf(), proofs => { proofs.inclusion.index += 1; })),
  attack('FAIL inclusion', 'the leaf is beyond the tree', () => withProofs(partsOf(), proofs => { proofs.inclusion.index = 13; })),
  attack('FAIL inclusion', 'the inclusion is in a tree of another size', () => withProofs(partsOf(), proofs => { proofs.inclusion.size = 12; })),
  attack('FAIL inclusion', 'the leaf is another log’s', () => withProofs(partsOf(), proofs => { proofs.inclusion.leaf = partsOf().globalLeaves[3]?.toString('base64') ?? ''; })),
  attack('FAIL inclusion', 'proofs.json has a field more', () => withProofs(partsOf(), proofs => { proofs['zeal'] = 1; })),
  attack('FAIL inclusion', 'a hash is of 31 bytes', () => withProofs(partsOf(), proofs => { proofs.range.right.push(Buffer.alloc(31).toString('base64')); })),
  attack('FAIL inclusion', 'a hash is in another spelling of its base64', () => withProofs(partsOf({ end: 40 }), proofs => { proofs.range.right = proofs.range.right.map(text => text.replace(/.=$/, 'B=')); })),
  attack('FAIL inclusion', 'a size is negative', () => withProofs(partsOf(), proofs => { proofs.range.size = -60; })),
  attack('FAIL consistency', 'a consistency proof is missing', () => withProofs(partsOf({ timestamps: [3, 7] }), proofs => { proofs.consistency.pop(); })),
  attack('FAIL consistency', 'a consistency proof is of nothing', () => withProofs(partsOf(), proofs => { proofs.consistency.push({ from: 3, hashes: [], to: 13 }); })),
  attack('FAIL consistency', 'consistency proofs are in another order', () => withProofs(partsOf({ timestamps: [3, 7] }), proofs => { proofs.consistency.reverse(); })),
  attack('FAIL consistency', 'a consistency proof is one short', () => withProofs(partsOf({ timestamps: [7] }), proofs => { proofs.consistency[0]?.hashes.pop(); })),
  attack('FAIL consistency', 'a consistency proof is one too long', () => withProofs(partsOf({ timestamps: [8] }), proofs => { proofs.consistency[0]?.hashes.unshift(Buffer.alloc(32).toString('base64')); })),
  attack('FAIL consistency', 'a timestamped checkpoint is signed by another', () => {
    const other = partsOf({ logKey: 'evil', timestamps: [7] });
    return withFiles(partsOf({ timestamps: [7] }), { 'timestamps/7.checkpoint': other.files.get('timestamps/7.checkpoint') });
  }),
  attack('FAIL consistency', 'a timestamped checkpoint is of another size than its name', () => {
    const honest = partsOf({ timestamps: [7] });
    return withFiles(honest, { 'timestamps/7.checkpoint': globalCheckpoint(honest.origin, honest.globalLeaves.slice(0, 8), honest.key) });
  }),
  attack('FAIL consistency', 'a timestamped checkpoint has the global root and a smaller size', () => {
    const honest = partsOf({ timestamps: [13] });
    const text = checkpointText(honest.origin, 12, rootOf(honest.globalLeaves.map(leafHash)));
    return withFiles(honest, { 'timestamps/13.checkpoint': note(text, signature(text, honest.origin, honest.key)) });
  }),
  attack('FAIL consistency', 'a timestamped checkpoint is larger than the global one', () => {
    const honest = partsOf({ timestamps: [3] });
    const grown = partsOf({ timestamps: [20], globalSize: 21 });
    const files = new Map([...honest.files].filter(([name]) => !name.startsWith('timestamps/') && name !== 'events.jsonl'));
    for (const name of ['timestamps/20.checkpoint', 'timestamps/20.tsr']) files.set(name, grown.files.get(name) ?? Buffer.alloc(0));
    files.set('events.jsonl', honest.files.get('events.jsonl') ?? Buffer.alloc(0));
    return withProofs({ ...honest, files }, proofs => { proofs.consistency = [{ from: 20, hashes: proofs.consistency[0]?.hashes ?? [], to: 13 }]; });
  }),
  attack('FAIL consistency', 'a timestamped checkpoint of the same size has another root', () => {
    const honest = partsOf({ timestamps: [13] });
    const text = checkpointText(honest.origin, 13, Buffer.alloc(32));
    return withFiles(honest, { 'timestamps/13.checkpoint': note(text, signature(text, honest.origin, honest.key)) });
  }),
  attack('FAIL timestamp', 'a timestamp is of another checkpoint', () => withFiles(partsOf({ timestamps: [3, 7] }), { 'timestamps/7.tsr': tokenOf(Buffer.from('other'), '20260302000000Z') })),
  ...FAULTY.map(([name, faults]) => attack('FAIL timestamp', `a timestamp ${name}`, () => withFiles(partsOf({ timestamps: [7] }), { 'timestamps/7.tsr': tokenOf(partsOf({ timestamps: [7] }).files.get('timestamps/7.checkpoint') ?? Buffer.alloc(0), '20260302000000Z', faults) }))),
  attack('OK 60 events', 'a timestamp is granted with changes', () => withFiles(partsOf({ timestamps: [7] }), { 'timestamps/7.tsr': tokenOf(partsOf({ timestamps: [7] }).files.get('timestamps/7.checkpoint') ?? Buffer.alloc(0), '20260302000000Z', { status: 1 }) })),
  attack('FAIL timestamp', 'a timestamp has a byte more', () => withFiles(partsOf({ timestamps: [7] }), { 'timestamps/7.tsr': before => Buffer.concat([before, Buffer.of(0)]) })),
  attack('FAIL timestamp', 'a timestamp is cut', () => withFiles(partsOf({ timestamps: [7] }), { 'timestamps/7.tsr': before => before.subarray(0, 100) })),
  attack('FAIL timestamp', 'a timestamp is empty', () => withFiles(partsOf({ timestamps: [7] }), { 'timestamps/7.tsr': '' })),
  attack('FAIL timestamp', 'a timestamp has a length of another spelling', () => withFiles(partsOf({ timestamps: [7] }), { 'timestamps/7.tsr': before => Buffer.concat([Buffer.of(0x30, 0x84, 0, 0), before.subarray(2)]) })),
  { name: 'a view is another than the manifest says', verdict: 'FAIL views', make: () => bundleOf(partsOf({ views: ['ocsf.jsonl'] }), entries => entries.map(entry => (entry.name === 'views/ocsf.jsonl' ? { ...entry, data: Buffer.from('A view of ocsf.jsonl\n') } : entry))) },
  attack('OK 60 events', 'a view says something else, and the manifest fits it (views are no evidence)', () => withFiles(partsOf({ views: ['ocsf.jsonl'] }), { 'views/ocsf.jsonl': 'another view\n' })),
];

const statement = (parts: Parts, fields: readonly string[]): string => note(`${fields.join('\n')}\n`, signature(`${fields.join('\n')}\n`, parts.origin, parts.key));
const fieldsOf = (parts: Parts, n = 1): string[] => halves(parts.files.get(`discontinuities/${String(n)}.note`) ?? Buffer.alloc(0)).text.split('\n').slice(0, -1);
const restated = (change: (fields: string[]) => readonly string[]): Parts => {
  const honest = partsOf({ discontinuities: 1 });
  return withFiles(honest, { 'discontinuities/1.note': statement(honest, change(fieldsOf(honest))) });
};
const LOSSES: readonly Attack[] = [
  attack('DISCONTINUITY old1.audit.example.fr', 'a past was lost, and a signed statement says so', () => partsOf({ discontinuities: 1 })),
  attack('DISCONTINUITY old3.audit.example.fr', 'a past was lost three times', () => partsOf({ discontinuities: 3 })),
  attack('DISCONTINUITY old1.audit.example.fr', 'events written before the loss are sealed again, under their old log’s name', () =>
    partsOf({ discontinuities: 1, events: history(60).map((line, i) => (i < 20 && i > 0 ? line.replaceAll(LOG, `old1.${LOG}`) : line)) })),
  attack('FAIL events', 'the statement of a loss is removed, though events bear the old log’s name', () => partsOf({ events: history(60).map((line, i) => (i === 3 ? line.replaceAll(LOG, `old1.${LOG}`) : line)) })),
  attack('FAIL events', 'an event bears the old log’s name of another tenant', () => partsOf({ discontinuities: 1, events: history(60).map((line, i) => (i === 3 ? line.replaceAll(LOG, 'old1.audit.example.fr/t/other') : line)) })),
  attack('FAIL discontinuity', 'a statement of loss is signed with another key', () => withFiles(partsOf({ discontinuities: 1 }), { 'discontinuities/1.note': partsOf({ discontinuities: 1, logKey: 'evil' }).files.get('discontinuities/1.note') })),
  attack('FAIL discontinuity', 'the statements of loss do not follow one another', () => withFiles(partsOf({ discontinuities: 2 }), { 'discontinuities/1.note': partsOf({ discontinuities: 1 }).files.get('discontinuities/1.note') })),
  attack('FAIL discontinuity', 'the last statement of loss leads to another origin', () => restated(fields => fields.with(5, 'elsewhere.example'))),
  attack('FAIL discontinuity', 'a statement of loss recovers more than was lost', () => restated(fields => fields.with(4, '901'))),
  attack('FAIL discontinuity', 'a statement of loss has a reason of 501 bytes', () => restated(fields => fields.with(7, 'é'.repeat(250) + 'x'))),
  attack('FAIL discontinuity', 'a statement of loss is of another kind', () => restated(fields => fields.with(0, 'cadastre-discontinuity/v2'))),
  attack('FAIL discontinuity', 'a statement of loss names an origin with a space', () => restated(fields => fields.with(1, 'old origin'))),
  attack('FAIL discontinuity', 'a statement of loss has a size with a leading zero', () => restated(fields => fields.with(2, '0900'))),
  attack('FAIL discontinuity', 'a statement of loss has a root of 31 bytes', () => restated(fields => fields.with(3, Buffer.alloc(31).toString('base64')))),
  attack('FAIL discontinuity', 'a statement of loss has no reason', () => restated(fields => fields.with(7, ''))),
  attack('FAIL discontinuity', 'a statement of loss has a tab in its reason', () => restated(fields => fields.with(7, 'a\tb'))),
  attack('FAIL discontinuity', 'a statement of loss has two lines of reason', () => restated(fields => [...fields, 'and more'])),
  attack('FAIL discontinuity', 'a statement of loss is on the 13th month', () => restated(fields => fields.with(6, '2026-13-01T00:00:00.000Z'))),
];

export const HISTORY: readonly Attack[] = [...CHANGED, ...CUT, ...WITNESSES, ...KEYS, ...PROOFS, ...LOSSES];
