import Table from 'cli-table3';
import { stringify } from 'yaml';
import type { Column } from './column.ts';
import type { Row } from './graphql.ts';
import type { Lang } from '@cadastre/platform/locale';
import { say } from './words.ts';
import type { Output } from './session.ts';

/** Lists: a table for people, the rows as they came for programs (stable JSON, one document). */
export const printRows = (out: NodeJS.WritableStream, rows: readonly Row[], columns: readonly Column[], output: Output, lang: Lang): void => {
  if (output === 'json') return void out.write(`${JSON.stringify(rows, null, 2)}\n`);
  if (output === 'yaml') return void out.write(stringify(rows));
  if (rows.length === 0) return void out.write(`${say(lang, 'nothing')}\n`);
  const table = new Table({ head: columns.map(c => c.title[lang]), style: { head: [], border: [], compact: true }, chars: BARE });
  table.push(...rows.map(r => columns.map(c => c.value(r))));
  out.write(`${table.toString()}\n`);
};

/** No frames: columns of a table can be cut by `awk` and read by a screen reader. */
const BARE = {
  top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '',
  left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ',
};

/** One object: `key: value` lines that YAML reads too, or JSON. */
export const printObject = (out: NodeJS.WritableStream, row: Row, output: Output): void => {
  out.write(output === 'json' ? `${JSON.stringify(row, null, 2)}\n` : stringify(row));
};
