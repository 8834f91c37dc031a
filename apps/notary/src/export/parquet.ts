import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { LeafPlace, ViewedEvent } from '@cadastre/domain/view';
import { millisOf } from '@cadastre/domain/view';

/** Rows of a row group: what is held in memory at once. */
const GROUP = 10_000;
type Column = readonly [name: string, type: 'STRING' | 'INT64' | 'TIMESTAMP', of: (e: ViewedEvent, place: LeafPlace, line: string) => string | bigint | Date | undefined];

/** One row an event; `leaf` is the leaf as it stands, so that a table can be proven without the bundle. */
const COLUMNS: readonly Column[] = [
  ['index', 'INT64', (_, p) => BigInt(p.index)], ['leaf_hash', 'STRING', (_, p) => p.leafHash], ['id', 'STRING', e => e.id], ['log', 'STRING', e => e.log], ['time', 'TIMESTAMP', e => new Date(millisOf(e.time))],
  ['type', 'STRING', e => e.type], ['phase', 'STRING', e => e.phase], ['outcome', 'STRING', e => e.outcome], ['reason', 'STRING', e => e.reason], ['tenant', 'STRING', e => e.tenant],
  ['actor_id', 'STRING', e => e.actor.id], ['actor_kind', 'STRING', e => e.actor.kind], ['actor_directory', 'STRING', e => e.actor.directory], ['target_kind', 'STRING', e => e.target.kind], ['target_id', 'STRING', e => e.target.id],
  ['request_id', 'STRING', e => e.request.id], ['trace', 'STRING', e => e.request.trace], ['class', 'STRING', e => e.class], ['leaf', 'STRING', (_, __, line) => line],
];
const nameless = COLUMNS.map(([name, type]) => ({ name, type, data: [], nullable: true }));

/** A Parquet file that grows event by event: each call answers the bytes that are ready, which are none until a row group is full. The same events give the same bytes. */
export const openParquet = () => {
  const writer = new ByteWriter();
  const file = new ParquetWriter({ writer, schema: schemaFromColumnData({ columnData: nameless }), createdBy: 'cadastre' });
  let rows: (string | bigint | Date | undefined)[][] = COLUMNS.map(() => []);
  // What has been handed on is forgotten; the writer's offset, which the footer needs, counts on.
  const ready = (): Uint8Array => {
    const bytes = writer.getBytes().slice();
    writer.index = 0;
    return bytes;
  };
  const group = (): void => {
    void file.write({ columnData: COLUMNS.map(([name, type], i) => ({ name, type, data: rows[i] ?? [], nullable: true })) });
    rows = COLUMNS.map(() => []);
  };
  return {
    add: (event: ViewedEvent, place: LeafPlace, line: string): Uint8Array => {
      COLUMNS.forEach(([, , of], i) => rows[i]?.push(of(event, place, line)));
      if ((rows[0]?.length ?? 0) < GROUP) return new Uint8Array();
      group();
      return ready();
    },
    end: (): Uint8Array => {
      if ((rows[0]?.length ?? 0) > 0) group();
      void file.finish();
      return ready();
    },
  };
};
