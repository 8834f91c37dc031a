import type { AuditFact } from '@cadastre/domain/audit';
import type { Objects } from '@cadastre/platform/objects';
import { ED25519, formatVkey, parseVkey, verifierKey } from '@cadastre/tlog';
import { closeLogs, readControl, releaseSeal, takeSeal } from '@cadastre/store/seal';
import { logFact } from './batch.ts';
import type { SignedTree } from './signer-client.ts';
import { ownEvents, unfenced } from './tools.ts';
import type { Tools } from './tools.ts';
import { globalOf, loadTrail, msOf } from './trail.ts';

export interface Discontinuity {
  readonly newOrigin: string;
  /** For the statement that every export carries from now on. */
  readonly reason: string;
}

/** The operator asked for something that must not be done now; the message says what to do instead. */
export class NotNow extends Error {
  override readonly name = 'NotNow';
}

const FOLDER = 'discontinuities/';
const nameOf = (n: number): string => `${FOLDER}${String(n)}.note`;

/** The signed statements that earlier origins were lost, oldest first: each stands in every export. */
export const readStatements = async (objects: Objects): Promise<readonly string[]> => {
  const notes: string[] = [];
  for (let n = 1; ; n++) {
    const bytes = await objects.get(nameOf(n));
    if (bytes === undefined) return notes;
    notes.push(Buffer.from(bytes).toString());
  }
};

/** Whether the last statement already gives this past up: the command was killed behind it. Throws when it names another origin. */
const isStated = (earlier: readonly string[], operator: string, newOrigin: string): boolean => {
  const [, old, , , , next] = earlier.at(-1)?.split('\n') ?? [];
  if (old !== operator) return false;
  if (next !== newOrigin) throw new NotNow(`storage already holds a statement that ${operator} is followed by ${next ?? ''}: name that one`);
  return true;
};

const state = async (tools: Tools, { newOrigin, reason }: Discontinuity, old: SignedTree, recovered: number): Promise<void> => {
  const earlier = await readStatements(tools.objects);
  if (isStated(earlier, old.origin, newOrigin)) return;
  const said = await tools.signer.state({ oldOrigin: old.origin, oldSize: old.size, oldRoot: old.root, recoveredSize: recovered, newOrigin, at: tools.clock.now(), reason, earlier });
  if (!said.ok) throw new NotNow(`the signer does not state it: ${said.refusal.code} ${said.refusal.origin}`);
  const [statement = '', ...again] = said.notes;
  for (const [n, note] of again.entries()) await tools.objects.replace(nameOf(n + 1), Buffer.from(note));
  await tools.objects.put(nameOf(earlier.length + 1), Buffer.from(statement));
};

/**
 * Gives a past up that neither the database nor storage holds any more: the signer states over its own memory what was lost, the old logs are closed, and a notary
 * of the new origin begins again. Only a person may decide this, and only while the trail is frozen. Answers the verifier key of the new origin.
 *
 * May be done again after a crash: a statement that is in storage is used as it stands.
 */
export const discontinue = async (tools: Tools, discontinuity: Discontinuity, lease: { readonly holder: string; readonly ttlMs: number }): Promise<{ readonly vkey: string; readonly lost: number }> => {
  const taken = await takeSeal(tools.store, lease);
  if (!taken.ok) throw new NotNow(`${taken.error.holder} holds the seal: stop the notary first`);
  try {
    const control = await readControl(tools.store);
    if (control.state !== 'FROZEN') throw new NotNow('the audit trail is not frozen: there is no lost past to give up');
    const trail = await loadTrail(tools.store, taken.value, tools.operator, control, msOf(tools.clock));
    const old = (await tools.signer.memory()).find(tree => tree.origin === tools.operator);
    if (old === undefined) throw new NotNow(`the signer never signed ${tools.operator}: nothing can be stated about it`);
    const recovered = Math.min(old.size, globalOf(trail)?.size ?? 0);
    await state(tools, discontinuity, old, recovered);
    const numbers = { signed: old.size, recovered };
    const facts: readonly AuditFact[] = [
      { type: 'audit.log.discontinuity', phase: 'completed', outcome: 'success', target: { kind: 'log', id: old.origin }, numbers },
      ...[...trail.logs.values()].filter(log => log.kind === 'TENANT').map(log => logFact('audit.log.discontinuity', log, { numbers: { recovered: log.size } })),
    ];
    unfenced(await closeLogs(tools.store, taken.value, `a new origin follows: start every process with CADASTRE_AUDIT_ORIGIN=${discontinuity.newOrigin}`, ownEvents(tools, 'audit.log.discontinuity', facts)));
    const vkey = parseVkey(await tools.signer.vkey());
    if (!vkey.ok) throw new Error(`the signer answered no verifier key: ${vkey.error.because}`);
    return { vkey: formatVkey(verifierKey(discontinuity.newOrigin, ED25519, vkey.value.publicKey)), lost: old.size - recovered };
  } finally {
    await releaseSeal(tools.store, taken.value);
  }
};
