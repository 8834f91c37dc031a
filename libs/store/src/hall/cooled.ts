import type { HallId } from '@cadastre/domain/core';
import type { CoolingKind } from '@cadastre/domain/hall';
import type { Reader } from '../pool/index.ts';

/** How each rack of the hall that is not retired is cooled. */
export const cooledRacks = (q: Reader, id: HallId): Promise<readonly { readonly name: string; readonly coolingKind: CoolingKind }[]> =>
  q.rows({ name: 'cad_hall_cooled', text: `SELECT name, cooling_kind AS "coolingKind" FROM rack WHERE hall_id = $1 AND state <> 'RETIRED' ORDER BY name`, values: [id] });
