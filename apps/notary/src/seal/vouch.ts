import { recordCheckpoints, recordCosignatures, recordTimestamp } from '@cadastre/store/seal';
import { formatCheckpoint } from '@cadastre/tlog';
import { QUORUM_GRACE_MS } from './absence.ts';
import { noteAbsence } from './missing.ts';
import { merkle } from './hashing.ts';
import { NoTimestamp } from './timestamp/authority.ts';
import type { ToCosign } from './witness/ask.ts';
import { sideBySide } from './side-by-side.ts';
import type { SignerRefusal, TreeToSign } from './signer-client.ts';
import { rootOfEdge } from './tiles.ts';
import { unfenced } from './tools.ts';
import type { Tools } from './tools.ts';
import type { Asking, Log, Trail } from './trail.ts';
import { globalOf, msOf, prefixOf } from './trail.ts';

const LOGS_AT_ONCE = 8;

const rootOfPublished = async (tools: Tools, log: Log): Promise<Uint8Array> => {
  if (log.published === log.size) return log.root;
  const edge = log.edge ?? (await tools.tiles.edge(log.origin, BigInt(log.published)));
  if (edge === undefined) throw new Error(`storage lacks the tiles of ${log.origin} at ${String(log.published)}`);
  return rootOfEdge(edge);
};

const treeOf = async (tools: Tools, log: Log): Promise<TreeToSign> => {
  const root = await rootOfPublished(tools, log);
  const { origin, published: size, remembered } = log;
  const consistency = remembered === undefined ? [] : await tools.tiles.consistency(origin, BigInt(remembered.size), BigInt(size));
  // A proof out of damaged tiles would look to the signer like another story.
  if (remembered !== undefined && !merkle.verifyConsistency({ size1: BigInt(remembered.size), root1: remembered.root, size2: BigInt(size), root2: root, proof: consistency })) {
    throw new Error(`the tiles of ${origin} do not lead from ${String(remembered.size)} to ${String(size)}`);
  }
  return { origin, size, root, consistency };
};

const refused = (tools: Tools, trail: Trail, refusal: SignerRefusal): void => {
  tools.log.error({ refusal }, 'the signer refused');
  if (refusal.code === 'UNKNOWN_ORIGIN') throw new Error(`the signer does not sign for ${refusal.origin}: has it the same CADASTRE_AUDIT_ORIGIN?`);
  // Behind: it signed what this database does not know. That is looked into like at a start.
  trail.compared = refusal.code === 'BEHIND' ? undefined : { verdict: 'CONTRADICTED', origins: [refusal.origin] };
};

/** Has the published trees signed, all in one request. */
export const signSome = async (tools: Tools, trail: Trail, ids: readonly number[]): Promise<void> => {
  const logs = ids.flatMap(id => trail.logs.get(id) ?? []);
  const trees = new Map<number, TreeToSign>();
  await sideBySide(logs, LOGS_AT_ONCE, async log => trees.set(log.id, await treeOf(tools, log)));
  const asked = logs.flatMap(log => {
    const tree = trees.get(log.id);
    return tree === undefined ? [] : [{ log, tree }];
  });
  const signed = await tools.signer.sign(asked.map(a => a.tree));
  if (!signed.ok) {
    refused(tools, trail, signed.refusal);
    return;
  }
  const checkpoints = asked.map(({ log, tree }, n) => {
    const note = signed.notes[n] ?? '';
    const text = formatCheckpoint({ origin: tree.origin, size: BigInt(tree.size), root: tree.root });
    if (!note.startsWith(`${text}\n`)) throw new Error(`the signer signed something else than ${tree.origin} at ${String(tree.size)}`);
    return { logId: log.id, size: tree.size, root: tree.root, note };
  });
  unfenced(await recordCheckpoints(tools.store, trail.seal, checkpoints));
  asked.forEach(({ log, tree }, n) => Object.assign(log, { signed: tree.size, note: checkpoints[n]?.note ?? '', remembered: tree }));
  if ([...trail.logs.values()].every(log => log.signed === log.size)) {
    const now = msOf(tools.clock);
    tools.instruments.signed(trail.waiting.map(at => Math.max(0, (now - at) / 1_000)));
    trail.waiting = [];
  }
};

const inTurn = (trail: Trail, act: () => Promise<void>): Promise<void> => {
  const mine = trail.filing.then(act, act);
  trail.filing = mine.catch(() => undefined);
  return mine;
};

/** Puts the checkpoints where readers of the log find them. */
export const fileSome = async (tools: Tools, trail: Trail, ids: readonly number[]): Promise<void> => {
  await sideBySide(ids.flatMap(id => trail.logs.get(id) ?? []), LOGS_AT_ONCE, async log => {
    const file = async (): Promise<void> => {
      await tools.objects.replace(`${prefixOf(log.origin)}checkpoint`, Buffer.from(log.note));
      log.filed = log.signed;
    };
    await (log.kind === 'GLOBAL' ? inTurn(trail, file) : file());
  });
};

/** After a miss: an authority that is asked once an hour is not left alone for one. */
const AGAIN_MS = 60_000;

/** Asks without waiting: whoever is outside may be slow, and the sealing goes on. What goes wrong is logged, and asked again later. */
const inBackground = (tools: Tools, asking: Asking, what: string, ask: () => Promise<void>): void => {
  asking.underWay = true;
  let again = 0;
  void ask()
    .catch((error: unknown) => {
      again = Math.max(0, asking.everyMs - AGAIN_MS);
      tools.log.warn({ err: error }, `${what} failed; it is asked again later`);
    })
    .finally(() => {
      asking.underWay = false;
      asking.askedAt = msOf(tools.clock) - again;
    });
};

/** Shows the global checkpoint to the witnesses. */
export const cosign = (tools: Tools, trail: Trail): void => {
  const { witness } = tools.outsiders;
  const [log, asking] = [globalOf(trail), trail.witness];
  if (log === undefined || asking === undefined || witness === undefined) return;
  const { id, origin, signed: size } = log;
  const checkpoint: ToCosign = { size: BigInt(size), note: log.note };
  inBackground(tools, asking, 'cosigning', async () => {
    const { lines, quorum, missing } = await witness.port.cosign(checkpoint, from => tools.tiles.consistency(origin, from, checkpoint.size));
    if (lines.length > 0) unfenced(await recordCosignatures(tools.store, trail.seal, id, size, lines));
    if (quorum) asking.size = size;
    // Readers of the log find the cosigned note, unless a newer one has taken its place meanwhile.
    if (quorum) {
      await inTurn(trail, async () => {
        if (log.filed === size) await tools.objects.replace(`${prefixOf(log.origin)}checkpoint`, Buffer.from(`${checkpoint.note}${lines.map(l => `${l.line}\n`).join('')}`));
      });
    }
    for (const { witness: name, because } of missing) tools.log.warn({ witness: name, because }, 'a witness did not cosign');
    await noteAbsence(tools, trail, witness.absence, { missing: quorum ? undefined : 'WITNESS_QUORUM_MISSING', graceMs: QUORUM_GRACE_MS, numbers: { cosigned: lines.length, missing: missing.length } });
  });
};

/** Has the global checkpoint time-stamped. */
export const stamp = (tools: Tools, trail: Trail): void => {
  const { timestamp } = tools.outsiders;
  const [log, asking] = [globalOf(trail), trail.timestamp];
  if (log === undefined || asking === undefined || timestamp === undefined) return;
  const { id, note, signed: size } = log;
  inBackground(tools, asking, 'time-stamping', async () => {
    const { port, absence } = timestamp;
    try {
      const { token, at } = await port.timestamp(note);
      unfenced(await recordTimestamp(tools.store, trail.seal, { logId: id, size, authority: port.authority, token, at }));
    } catch (error) {
      // An authority that is away is weather until one stamp was missed; an answer that must not be believed is an event at once.
      const away = error instanceof NoTimestamp && error.code === 'UNREACHABLE';
      if (error instanceof NoTimestamp) await noteAbsence(tools, trail, absence, { missing: away ? 'TIMESTAMP_MISSING' : 'TIMESTAMP_REFUSED', graceMs: away ? 2 * asking.everyMs : 0, numbers: { size } });
      throw error;
    }
    asking.size = size;
    await noteAbsence(tools, trail, absence, { missing: undefined, graceMs: 0, numbers: { size } });
  });
};
