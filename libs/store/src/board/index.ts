import type { Unplaced } from '@cadastre/domain/board';
import type { Instant, RegionId } from '@cadastre/domain/core';
import type { Reader } from '../pool/index.ts';

/** What was refused in [from, to), by ISO week and headline reason: sums that the database makes, because the rows are the tenants'. */
export const unplaced = (q: Reader, id: RegionId, from: Instant, to: Instant): Promise<readonly Unplaced[]> =>
  q.rows<Unplaced>({ name: 'cad_board_unplaced', text: 'SELECT * FROM app_unplaced($1, $2, $3)', values: [id, from, to] });
