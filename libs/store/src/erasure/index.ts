import type { ContractEndId, ErasureId, Instant, OrganisationId } from '@cadastre/domain/core';
import type { ContractEnd, Erasure } from '@cadastre/domain/erasure';
import type { Write } from '../commit/commit.ts';
import type { ContractEnd as ContractEndRow, SubjectErasure as ErasureRow } from '../generated/client.ts';
import type { Reader } from '../pool/index.ts';
import { changeDesire, changeStatus, insertRows, readsOf, table } from '../sql/table.ts';
import type { Changes, Fenced, Stored } from '../sql/table.ts';

export const ERASURE = table<ErasureRow, Erasure>('subject_erasure', 'erasure', {
  id: 'plain', tenantId: 'plain', subject: 'plain', ground: 'plain', state: 'plain', requestedBy: 'plain', requestedAt: 'instant', contractEndId: 'plain', erasedAt: 'instant', keys: 'plain', eventId: 'plain',
  certificate: 'plain', generation: 'plain', createdAt: 'instant',
});
export const CONTRACT_END = table<ContractEndRow, ContractEnd>('contract_end', 'contractend', {
  id: 'plain', tenantId: 'plain', noticeDays: 'plain', state: 'plain', proposedBy: 'plain', approvedBy: 'plain', noticedAt: 'instant', dueAt: 'instant', cancelledBy: 'plain', cancelledAt: 'instant', endedAt: 'instant',
  generation: 'plain', createdAt: 'instant',
});

export const { get, page } = readsOf<Erasure, ErasureId>(ERASURE);
export const contractEnds = readsOf<ContractEnd, ContractEndId, { readonly tenantId?: OrganisationId }>(CONTRACT_END);

/** Whether a legal hold covers the person; without a subject, anybody of the directory. Each door sees only the answer. */
export const held = async (q: Reader, tenantId: OrganisationId | undefined, subject?: string): Promise<boolean> => {
  const [row] = await q.rows<{ held: boolean }>({ name: 'cad_erasure_held', text: 'SELECT app_held($1, $2) AS held', values: [tenantId ?? null, subject ?? null] });
  return row?.held ?? true;
};

export interface ErasedKey {
  readonly kid: string;
  readonly at: Instant;
  /** Id of the erasure. */
  readonly certificate: string;
}
/** Every key that was destroyed, of every directory: what a keeper that starts anew is told. */
export const erasedKeys = (q: Reader): Promise<readonly ErasedKey[]> => q.rows<ErasedKey>({ name: 'cad_erasure_keys', text: 'SELECT kid, at, certificate FROM app_erased_keys() ORDER BY at, kid' });

/** What the notary still has to do, oldest first. */
export const open = async (q: Reader): Promise<readonly Stored<Erasure>[]> =>
  (await q.rows({ text: `SELECT ${ERASURE.select('t')} FROM subject_erasure t WHERE t.state <> 'ERASED' ORDER BY t.id LIMIT 100` })).map(row => ERASURE.read(row));

/** Contracts whose notice has run, by the database's clock, and that no hold keeps. */
export const dueContractEnds = async (q: Reader): Promise<readonly Stored<ContractEnd>[]> =>
  (await q.rows({ text: `SELECT ${CONTRACT_END.select('t')} FROM contract_end t WHERE t.state = 'NOTICED' AND t.due_at <= clock_timestamp() AND NOT app_held(t.tenant_id, NULL) ORDER BY t.id LIMIT 100` })).map(row => CONTRACT_END.read(row));

export const insert = (e: Erasure) => insertRows(ERASURE, [e]);
/** Only while no hold covers the person: looked at in the statement that goes past the point of no return. */
export const begin = (e: Erasure): Write => changeStatus(ERASURE, e.id, { state: 'ERASING' }, { ifGeneration: e.generation }, [], ["t.state = 'REQUESTED'", 'NOT app_held(t.tenant_id, t.subject)']);
export const finish = (e: Erasure, changes: Changes<Erasure, 'state' | 'erasedAt' | 'keys' | 'eventId' | 'certificate'>): Write =>
  changeStatus(ERASURE, e.id, changes, { ifGeneration: e.generation }, ['generation = t.generation + 1'], ["t.state = 'ERASING'"]);

export const insertContractEnd = (e: ContractEnd) => insertRows(CONTRACT_END, [e]);
export const changeContractEnd = (id: ContractEndId, changes: object, fence: Fenced) => changeDesire(CONTRACT_END, id, changes, fence);
