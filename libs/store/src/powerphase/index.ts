import type { DatacenterId, PowerPhaseId, RegionId } from '@cadastre/domain/core';
import type { Leased, PowerPhase } from '@cadastre/domain/powerphase';
import type { PowerPhase as Row } from '../generated/client.ts';
import type { Write } from '../commit/commit.ts';
import type { Reader } from '../pool/index.ts';
import { changeDesire, insertRows, readsOf, table } from '../sql/table.ts';
import type { Stored } from '../sql/table.ts';

export const POWER_PHASE = table<Row, PowerPhase>('power_phase', 'phase', {
  id: 'plain', datacenterId: 'plain', name: 'plain', contractedW: 'plain', state: 'plain', from: 'instant', to: 'instant', evidence: 'plain', assumed: 'plain', generation: 'plain',
  createdAt: 'instant',
});

export const { get, byIds, page } = readsOf<PowerPhase, PowerPhaseId, { readonly datacenterId?: DatacenterId; readonly name?: string }>(POWER_PHASE);

/** The calendar of a datacenter, in order of its dates. */
export const ofDatacenter = async (q: Reader, id: DatacenterId): Promise<readonly Stored<PowerPhase>[]> =>
  (await q.rows({ name: 'cad_power_phase_of_datacenter', text: `SELECT ${POWER_PHASE.select('t')} FROM power_phase t WHERE t.datacenter_id = $1 ORDER BY t.valid_from, t.id`, values: [id] })).map(POWER_PHASE.read);

/** All phases of a region, in id order. */
export const ofRegion = async (q: Reader, id: RegionId): Promise<readonly Stored<PowerPhase>[]> =>
  (await q.rows({
    name: 'cad_power_phase_of_region',
    text: `SELECT ${POWER_PHASE.select('t')} FROM power_phase t JOIN datacenter d ON d.id = t.datacenter_id WHERE d.region_id = $1 ORDER BY t.id`,
    values: [id],
  })).map(POWER_PHASE.read);

/** Watts that instances hold in the datacenter until their leases end, in order of their ids; one statement. */
export const leased = (q: Reader, id: DatacenterId): Promise<readonly Leased[]> =>
  q.rows<Leased>({
    name: 'cad_power_phase_leased',
    text: `SELECT id AS "instanceId", reserved_w AS watts, lease_end AS "leaseEnd" FROM gpu_instance WHERE datacenter_id = $1 AND status <> 'RELEASED' ORDER BY id`,
    values: [id],
  });

/** Any number in one statement, all or none. */
export const insert = (phases: readonly PowerPhase[]) => insertRows(POWER_PHASE, phases);
/** All its terms: a phase is set, never patched. `generation` is the one that it will have. */
export const replace = ({ id, generation, contractedW, state, from, to, evidence, assumed }: PowerPhase): Write =>
  changeDesire(POWER_PHASE, id, { contractedW, state, from, to: to ?? null, evidence: evidence ?? null, assumed }, { ifGeneration: generation - 1 });
export const remove = ({ id, generation }: PowerPhase): Write =>
  ({ noun: POWER_PHASE.noun, id, sql: { text: 'DELETE FROM power_phase WHERE id = $1 AND generation = $2', values: [id, generation] }, rows: 1 });
