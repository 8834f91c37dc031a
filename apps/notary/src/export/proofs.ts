import * as exports from '@cadastre/store/auditexport';
import { base64, leafHash, parseCheckpoint, planConsistency, planInclusion, planRange, verifyConsistency, verifyInclusion, type Checkpoint, type RangeProof } from '@cadastre/tlog';
import type { ExportDeps } from './deps.ts';
import { Unprovable } from './leaves.ts';
import { hashesOfPlan, type TreeSource } from './nodes.ts';
import type { Proven } from './prove.ts';

/** `proofs.json`, and what the leaves are verified against while they come by. */
export interface Proofs {
  readonly json: object;
  readonly range: RangeProof;
  /** Of the log's checkpoint. */
  readonly root: Uint8Array;
}

const checkpointOf = (note: string): Checkpoint => {
  const parsed = parseCheckpoint(note);
  if (!parsed.ok) throw new Unprovable(`a stored checkpoint is none: ${parsed.error.because}`);
  return parsed.value;
};
const list = (hashes: readonly Uint8Array[]): readonly string[] => hashes.map(base64);

/** Every proof but the range's is verified here; the range's when its leaves have been seen. @throws Unprovable */
export const proofsOf = async ({ store, objects }: Pick<ExportDeps, 'store' | 'objects'>, { log, global, first, end, pin }: Proven): Promise<Proofs> => {
  const own: TreeSource = { objects, origin: log.origin, leafHashes: (from, to) => store.read('system', q => exports.leafHashes(q, log.id, from, to)) };
  const shared: TreeSource = { objects, origin: global.origin, leafHashes: async (from, to) => (await store.read('system', q => exports.globalLeaves(q, from, to))).map(leafHash) };
  const [ownCheckpoint, globalCheckpoint] = [checkpointOf(pin.logNote), checkpointOf(pin.globalNote)];
  const plan = planRange(BigInt(first), BigInt(end), BigInt(pin.logSize));
  const left = await hashesOfPlan(own, plan.left, pin.logSize);
  const right = await hashesOfPlan(own, plan.right, pin.logSize);

  const [leaf] = await store.read('system', q => exports.globalLeaves(q, pin.globalIndex, pin.globalIndex + 1));
  if (leaf === undefined) throw new Unprovable('a global leaf is missing');
  const path = await hashesOfPlan(shared, planInclusion(BigInt(pin.globalIndex), BigInt(pin.globalSize)), pin.globalSize);
  if (!verifyInclusion({ leafHash: leafHash(leaf), index: BigInt(pin.globalIndex), size: BigInt(pin.globalSize), proof: path, root: globalCheckpoint.root })) throw new Unprovable('the inclusion in the global log does not hold');

  const consistency = [];
  for (const stamp of pin.timestamps.filter(t => t.size < pin.globalSize)) {
    const hashes = await hashesOfPlan(shared, planConsistency(BigInt(stamp.size), BigInt(pin.globalSize)), pin.globalSize);
    const older = checkpointOf(stamp.checkpoint);
    if (!verifyConsistency({ size1: older.size, size2: globalCheckpoint.size, root1: older.root, root2: globalCheckpoint.root, proof: hashes })) throw new Unprovable('the global log is not consistent with its timestamped past');
    consistency.push({ from: stamp.size, to: pin.globalSize, hashes: list(hashes) });
  }
  return {
    root: ownCheckpoint.root, range: { first: BigInt(first), end: BigInt(end), size: BigInt(pin.logSize), left, right },
    json: {
      consistency, inclusion: { hashes: list(path), index: pin.globalIndex, leaf: base64(leaf), size: pin.globalSize },
      range: { first, end, size: pin.logSize, left: list(left), right: list(right) },
    },
  };
};
