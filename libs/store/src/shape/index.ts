import type { ShapeId } from '@cadastre/domain/core';
import type { Shape } from '@cadastre/domain/shape';
import type { Shape as Row } from '../generated/client.ts';
import type { Reader } from '../pool/index.ts';
import { changeDesire, insertRows, readsOf, table } from '../sql/table.ts';
import type { Changes, Fenced, Stored } from '../sql/table.ts';

export const SHAPE = table<Row, Shape>('shape', 'shape', {
  id: 'plain', code: 'plain', gpuModel: 'plain', gpus: 'plain', gpuMemoryMiB: 'plain', sliceProfiles: 'plain', nvlinkDomainSize: 'plain', cpuMilli: 'plain', ramMiB: 'plain',
  nvmeGiB: 'plain', nicMbps: 'plain', units: 'plain', coolingKinds: 'enums', idleW: 'plain', maxW: 'plain', peakFp16Tflops: 'plain', pricePerHourMinor: 'plain', assumed: 'plain', generation: 'plain',
  createdAt: 'instant',
});

export const { get, byIds, page } = readsOf<Shape, ShapeId, { readonly code?: string }>(SHAPE);

/** Every shape, by code: a catalogue of dozens. */
export const list = async (q: Reader): Promise<readonly Stored<Shape>[]> =>
  (await q.rows({ name: 'cad_shape_list', text: `SELECT ${SHAPE.select('t')} FROM shape t ORDER BY t.code` })).map(SHAPE.read);

export const byCode = async (q: Reader, code: string): Promise<Stored<Shape> | undefined> => (await page(q, { first: 1, code })).items[0];

/** How many machines are of the shape: its physical values are frozen by the first one. */
export const machineCount = async (q: Reader, id: ShapeId): Promise<number> =>
  (await q.rows<{ n: number }>({ text: 'SELECT count(*) AS n FROM machine WHERE shape_id = $1', values: [id] }))[0]?.n ?? 0;

export const insert = (shape: Shape) => insertRows(SHAPE, [shape]);
export const update = (id: ShapeId, changes: Changes<Shape, 'sliceProfiles' | 'peakFp16Tflops' | 'pricePerHourMinor' | 'idleW' | 'maxW' | 'assumed'>, fence: Fenced) => changeDesire(SHAPE, id, changes, fence);
