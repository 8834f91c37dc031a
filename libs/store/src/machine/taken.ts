import type { DatacenterId, InstanceId, MachineId } from '@cadastre/domain/core';
import type { Reader } from '../pool/index.ts';

export interface Named {
  readonly datacenterId: DatacenterId;
  readonly name: string;
}

/** Which of these names and serials machines already have; two statements, whatever the number. */
export const taken = async (q: Reader, names: readonly Named[], serials: readonly string[]): Promise<{ readonly names: readonly Named[]; readonly serials: readonly string[] }> => {
  const [named, numbered] = await Promise.all([
    q.rows<Named>({
      text: 'SELECT datacenter_id AS "datacenterId", name FROM machine WHERE (datacenter_id, name) IN (SELECT * FROM unnest($1::text[], $2::text[]))',
      values: [names.map(n => n.datacenterId), names.map(n => n.name)],
    }),
    q.rows<{ serial: string }>({ text: 'SELECT serial FROM machine WHERE serial = ANY($1)', values: [serials] }),
  ]);
  return { names: named, serials: numbered.map(r => r.serial) };
};

/** Instances on the machine that are not released. */
export const instances = async (q: Reader, id: MachineId): Promise<readonly InstanceId[]> =>
  (await q.rows<{ id: InstanceId }>({ name: 'cad_machine_instances', text: `SELECT id FROM gpu_instance WHERE machine_id = $1 AND status <> 'RELEASED' ORDER BY id`, values: [id] })).map(r => r.id);
