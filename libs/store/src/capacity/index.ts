import { createHash } from 'node:crypto';
import type { RegionId } from '@cadastre/domain/core';
import { INTERNAL } from '../pool/store.ts';
import type { Reader, Store } from '../pool/index.ts';

/** Snapshots of one region that are kept: the newest, and one more for when that is damaged. */
const KEPT = 2;
/** Characters of one row at least, but for the last: few round trips, and none that PostgreSQL would mind. */
const PART = 1 << 20;
/** The last line: what was written before it. */
const DIGEST = 'sha256:';

/** Consecutive lines, each with its end, as rows hold them. */
function* partsOf(lines: Iterable<string>): Iterable<string> {
  const hash = createHash('sha256');
  let part = '';
  for (const line of lines) {
    hash.update(`${line}\n`);
    part += `${line}\n`;
    if (part.length < PART) continue;
    yield part;
    part = '';
  }
  yield `${part}${DIGEST}${hash.digest('hex')}\n`;
}

/**
 * A region's state as of a ledger index, lines without line breaks, in one transaction; older ones go. Outside commit(): it says nothing that the ledger does
 * not say, and nobody is bound by it. Not fenced by an epoch either: whoever writes a snapshot late writes what is true of that index for ever.
 */
export const saveSnapshot = (store: Store, of: { readonly regionId: RegionId; readonly index: number }, lines: Iterable<string>): Promise<void> =>
  store[INTERNAL].transaction('system', async (session, end) => {
    const [known] = (await session.run({ text: 'SELECT 1 FROM capacity_snapshot WHERE region_id = $1 AND index = $2 LIMIT 1', values: [of.regionId, of.index] })).rows;
    let part = 0;
    if (known === undefined) {
      for (const text of partsOf(lines)) {
        await session.run({ name: 'cad_snapshot_part', text: 'INSERT INTO capacity_snapshot (region_id, index, part, lines) VALUES ($1, $2, $3, $4)', values: [of.regionId, of.index, part, text] });
        part += 1;
      }
    }
    await session.run({
      text: `DELETE FROM capacity_snapshot WHERE region_id = $1 AND index NOT IN (SELECT DISTINCT index FROM capacity_snapshot WHERE region_id = $1 ORDER BY index DESC LIMIT ${String(KEPT)})`,
      values: [of.regionId],
    });
    if (!(await end.commit())) throw new Error('a snapshot was rolled back');
  });

/** Ledger indices of the region's snapshots, newest first. */
export const snapshots = async (q: Reader, regionId: RegionId): Promise<readonly number[]> =>
  (await q.rows<{ index: number }>({ text: 'SELECT DISTINCT index FROM capacity_snapshot WHERE region_id = $1 ORDER BY index DESC', values: [regionId] })).map(r => r.index);

/** Hands over the lines of one snapshot in order, part by part, so that no more than one is in memory; false: they are not what was written. */
export const readSnapshot = async (q: Reader, of: { readonly regionId: RegionId; readonly index: number }, take: (line: string) => void): Promise<boolean> => {
  const hash = createHash('sha256');
  let digest: string | undefined;
  for (let part = 0; ; part++) {
    const [row] = await q.rows<{ lines: string }>({ name: 'cad_snapshot_read', text: 'SELECT lines FROM capacity_snapshot WHERE region_id = $1 AND index = $2 AND part = $3', values: [of.regionId, of.index, part] });
    if (row === undefined) return digest === hash.digest('hex');
    for (const line of row.lines.split('\n').slice(0, -1)) {
      if (digest !== undefined) return false;
      if (line.startsWith(DIGEST)) digest = line.slice(DIGEST.length);
      else {
        hash.update(`${line}\n`);
        take(line);
      }
    }
  }
};
