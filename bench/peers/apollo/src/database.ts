import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import DataLoader from 'dataloader';
import pg from 'pg';
import type { Datacenter, GpuInstance, Project, Shape } from './models.js';

export interface Loaders {
  readonly project: DataLoader<string, Project>;
  readonly shape: DataLoader<string, Shape>;
  readonly datacenter: DataLoader<string, Datacenter>;
}

@Injectable()
export class Database implements OnModuleDestroy {
  readonly #pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 });
  readonly #organisations = new Map<string, string>();

  async onModuleDestroy(): Promise<void> {
    await this.#pool.end();
  }

  async tenantOf(organisation: string): Promise<string | undefined> {
    const known = this.#organisations.get(organisation);
    if (known !== undefined) return known;
    const { rows } = await this.#pool.query<{ id: string }>('SELECT id FROM organisation WHERE code = $1', [organisation]);
    if (rows[0] !== undefined) this.#organisations.set(organisation, rows[0].id);
    return rows[0]?.id;
  }

  async instances(tenantId: string, limit: number): Promise<GpuInstance[]> {
    const { rows } = await this.#pool.query<GpuInstance>({
      name: 'instances',
      text: `SELECT id, order_id AS "orderId", name, gpus, image, status, desired, interruptible, lease_end AS "leaseEnd", created_at AS "createdAt", generation,
               project_id AS "projectId", shape_id AS "shapeId", datacenter_id AS "datacenterId"
             FROM gpu_instance WHERE tenant_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2`,
      values: [tenantId, limit],
    });
    return rows;
  }

  async countInstances(tenantId: string): Promise<number> {
    const { rows } = await this.#pool.query<{ n: number }>({ name: 'count', text: 'SELECT count(*)::int AS n FROM gpu_instance WHERE tenant_id = $1', values: [tenantId] });
    return rows[0]?.n ?? 0;
  }

  /** One set per request, as DataLoader asks: 50 instances make one query per relation, not fifty. */
  loaders(): Loaders {
    const by = <T extends { id: string }>(name: string, text: string) => new DataLoader<string, T>(async (ids) => {
      const { rows } = await this.#pool.query<T>({ name, text, values: [ids] });
      const found = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => found.get(id) ?? new Error(`no ${name} ${id}`));
    });
    return {
      project: by<Project>('project', 'SELECT id, code, name, stage FROM project WHERE id = ANY($1)'),
      shape: by<Shape>('shape', 'SELECT id, code, gpu_model AS "gpuModel", gpus FROM shape WHERE id = ANY($1)'),
      datacenter: by<Datacenter>('datacenter', 'SELECT id, code, name FROM datacenter WHERE id = ANY($1)'),
    };
  }
}
