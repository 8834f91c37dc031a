import type { LedgerEntry } from '@cadastre/domain/capacity';
import type { RegionId } from '@cadastre/domain/core';
import type { Reader } from '../pool/index.ts';

/** Entries after `afterIndex` (0: from the first), in index order, at most `limit`. A fold asks again from the last index until a part comes short. */
export const after = (q: Reader, regionId: RegionId, afterIndex: number, limit = 10_000): Promise<readonly LedgerEntry[]> =>
  q.rows<LedgerEntry>({
    name: 'cad_ledger_after',
    text: 'SELECT region_id AS "regionId", index, epoch, at, fact FROM capacity_ledger WHERE region_id = $1 AND index > $2 ORDER BY index LIMIT $3',
    values: [regionId, afterIndex, limit],
  });

/** Index of the last entry, 0 when there is none. */
export const lastIndex = async (q: Reader, regionId: RegionId): Promise<number> =>
  (await q.rows<{ index: number }>({ name: 'cad_ledger_last', text: 'SELECT index FROM capacity_ledger WHERE region_id = $1 ORDER BY index DESC LIMIT 1', values: [regionId] }))[0]?.index ?? 0;
