import type { DatacenterId } from '@cadastre/domain/core';
import type { TenantsInside } from '@cadastre/domain/datacenter';
import type { Reader } from '../pool/index.ts';

/** Instances in the datacenter that are not released, by the class of their organisation; one statement. */
export const tenantsInside = (q: Reader, id: DatacenterId): Promise<readonly TenantsInside[]> =>
  q.rows<TenantsInside>({
    name: 'cad_datacenter_inside',
    text: `SELECT o.class, count(*) AS instances FROM gpu_instance i JOIN organisation o ON o.id = i.tenant_id WHERE i.datacenter_id = $1 AND i.status <> 'RELEASED'
      GROUP BY o.class ORDER BY o.class`,
    values: [id],
  });
