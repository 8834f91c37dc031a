import { createHash, hash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { constants, crc32, deflateRawSync } from 'node:zlib';
import { canonical, eventOf, globalCheckpoint, globalLeaf, heartbeat, instantOf, manifestOf, partsOf, proofsOf } from '../../../apps/notary/src/testing/bundle.ts';
import { checkpointText, note, signature } from '../../../apps/notary/src/testing/note.ts';
import { zipOf } from '../../../apps/notary/src/testing/zip.ts';

export interface LongBundle {
  readonly trust: string;
  /** The first of the leaves, to be hashed one by one. */
  readonly sample: readonly Buffer[];
  /** Of all leaves together. */
  readonly leafBytes: number;
  readonly packedBytes: number;
}
const PART = 10_000;
const LF = 10;

/** What a stream of leaves leaves behind: the packed bytes, their sums, and the subtrees of the tree. */
class Written {
  readonly packed: Buffer[] = [];
  readonly digest = createHash('sha256');
  readonly #trees: { readonly root: Buffer; readonly width: number }[] = [];
  crc = 0;
  bytes = 0;

  add(lines: Buffer, last: boolean): void {
    this.bytes += lines.length;
    this.crc = crc32(lines, this.crc);
    this.digest.update(lines);
    this.packed.push(deflateRawSync(lines, { finishFlush: last ? constants.Z_FINISH : constants.Z_SYNC_FLUSH }));
    for (let from = 0, to; (to = lines.indexOf(LF, from)) >= 0; from = to + 1) this.#leaf(lines.subarray(from, to));
  }
  #leaf(leaf: Buffer): void {
    let tree = { root: hash('sha256', Buffer.concat([Buffer.of(0), leaf]), 'buffer'), width: 1 };
    for (let left = this.#trees.at(-1); left?.width === tree.width; left = this.#trees.at(-1)) {
      this.#trees.pop();
      tree = { root: hash('sha256', Buffer.concat([Buffer.of(1), left.root, tree.root]), 'buffer'), width: 2 * tree.width };
    }
    this.#trees.push(tree);
  }
  root(): Buffer {
    return this.#trees.map((t) => t.root).reduceRight((right, left) => hash('sha256', Buffer.concat([Buffer.of(1), left, right]), 'buffer'));
  }
}

/** Writes a bundle of a whole log: an event every six seconds, a heartbeat a minute. Events are made, hashed and packed in parts, so that a million of them need no memory of their own. */
export const writeLongBundle = async (path: string, events: number, sampled: number): Promise<LongBundle> => {
  const log = 'audit.example.fr/t/organisation_1';
  const minutes = Math.floor(events / 10);
  const lineOf = (i: number): string => {
    const minute = Math.floor((i * minutes) / events);
    return `${i === events - 1 || i % 10 === 0 ? heartbeat(log, i, minute) : eventOf(log, i, minute)}\n`;
  };
  const written = new Written();
  const sample: Buffer[] = [];
  for (let from = 0; from < events; from += PART) {
    const lines = Array.from({ length: Math.min(PART, events - from) }, (_, n) => Buffer.from(lineOf(from + n)));
    sample.push(...lines.slice(0, Math.max(0, sampled - sample.length)).map((line) => line.subarray(0, -1)));
    written.add(Buffer.concat(lines), from + PART >= events);
  }
  const root = written.root();
  // The parts of a bundle of two events, with what speaks of the events made anew.
  const parts = partsOf({ events: [heartbeat(log, 0, 0), heartbeat(log, 1, minutes)] });
  const at = parts.globalLeaves.findIndex((leaf) => leaf.includes(`\n${createHash('sha256').update(log).digest('base64')}\n`));
  const globalLeaves = parts.globalLeaves.with(at, globalLeaf(log, events, root));
  const [text, proofs] = [checkpointText(log, events, root), JSON.parse(String(proofsOf({ first: 0, end: 2, size: 2, timestamps: [] }, parts.events.map((e) => Buffer.from(e)), globalLeaves, at))) as object];
  const files = new Map(parts.files)
    .set('log.checkpoint', Buffer.from(note(text, signature(text, log, parts.key))))
    .set('global.checkpoint', globalCheckpoint(parts.origin, globalLeaves, parts.key, parts.witnesses))
    .set('proofs.json', Buffer.from(`${canonical({ ...proofs, range: { end: events, first: 0, left: [], right: [], size: events } })}\n`));
  const manifest = JSON.parse(String(manifestOf({ files, manifest: { ...parts.manifest, end: events, period: { from: instantOf(0), to: instantOf(minutes - 10) } } }))) as { readonly files: object };
  const listed = { ...manifest, files: { ...manifest.files, 'events.jsonl': { bytes: written.bytes, sha256: written.digest.digest('hex') } } };
  const packed = Buffer.concat(written.packed);
  const { bytes } = zipOf([{ name: 'manifest.json', data: Buffer.from(`${canonical(listed)}\n`) }, ...[...files].map(([name, data]) => (name === 'events.jsonl' ? { name, data: Buffer.alloc(0), packed, crc: written.crc, size: BigInt(written.bytes) } : { name, data }))]);
  await writeFile(path, bytes);
  return { trust: parts.trust, sample, leafBytes: written.bytes - events, packedBytes: bytes.length };
};
