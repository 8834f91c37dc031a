import { asRows } from '@cadastre/store/testing';
import type { TestDatabase } from '@cadastre/testing/database';
import type { Rig } from './rig.ts';

/** This notary leads, and every event has its index, is in storage, signed, and its checkpoint filed. */
export const settled = async (db: TestDatabase, rig: Rig): Promise<boolean> => {
  const trail = rig.notary.trail();
  if (trail?.state !== 'OPEN' || trail.compared?.verdict !== 'AGREED') return false;
  const [left] = await asRows<{ n: string }>(db, 'SELECT count(*) AS n FROM audit_event e WHERE NOT EXISTS (SELECT FROM audit_leaf l WHERE l.event_id = e.id)');
  return left?.n === '0' && [...trail.logs.values()].every(log => log.filed === log.size);
};
