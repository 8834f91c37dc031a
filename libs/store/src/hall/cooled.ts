import type { HallId } from '@cadastre/domain/core';
import type { CooledRack } from '@cadastre/domain/hall';
import type { Reader } from '../pool/index.ts';

/** How each rack of the hall that is not retired is cooled, and the watts it gives off; one statement. */
export const cooledRacks = (q: Reader, id: HallId): Promise<readonly CooledRack[]> =>
  q.rows({
    name: 'cad_hall_cooled',
    text: `SELECT r.name, r.cooling_kind AS "coolingKind", coalesce(c.used_w, 0) AS "usedW" FROM rack r LEFT JOIN rack_capacity c ON c.rack_id = r.id
      WHERE r.hall_id = $1 AND r.state <> 'RETIRED' ORDER BY r.name`,
    values: [id],
  });
