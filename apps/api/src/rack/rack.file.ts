import { CsvError, parse } from 'csv-parse/sync';
import type { Faults, Problem, Result } from '@cadastre/domain/core';
import { faults, no, ok, problem } from '@cadastre/domain/core';
import { MAX_IMPORT_BYTES, MAX_IMPORT_ROWS, type RawRow, type RawValue } from '@cadastre/domain/rack';
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Pair, type YAMLError, type YAMLMap } from 'yaml';

export type FileFormat = 'YAML' | 'CSV';

/** The rows of a file with their lines; what a value means is for the domain to say. Faults here are of form: the file cannot be read, or is too big. */
export const readRackFile = (format: FileFormat, content: string): Result<readonly RawRow[], Faults> => {
  const bytes = Buffer.byteLength(content);
  if (bytes > MAX_IMPORT_BYTES) return no([problem('TOO_LONG', { field: 'content', length: bytes, limit: MAX_IMPORT_BYTES }, CONTENT)]);
  const read = format === 'YAML' ? readYaml(content) : readCsv(content);
  if (!read.ok || read.value.length <= MAX_IMPORT_ROWS) return read;
  return no([problem('TOO_MANY_ROWS', { field: 'content', value: read.value.length, limit: MAX_IMPORT_ROWS }, CONTENT)]);
};

const CONTENT = { path: ['content'] };
const unparsable = (format: FileFormat, detail: string, line?: number): Problem => problem('UNPARSABLE_FILE', { format, detail: detail.slice(0, 200) }, { ...CONTENT, ...(line === undefined ? {} : { line }) });

// ── YAML ────────────────────────────────────────────────────────────────────────────────────────────────────────────
const readYaml = (content: string): Result<readonly RawRow[], Faults> => {
  const lines = new LineCounter();
  const lineOf = (node: unknown): number => (isNode(node) && node.range != null ? lines.linePos(node.range[0]).line : 1);
  let document;
  try {
    // Only the tree is walked and nothing is ever expanded, so that aliases which name aliases cost nothing. Fields that stand twice are found below: the
    // parser's own look compares each key with each other, minutes for a mapping of a hundred thousand.
    document = parseDocument(content, { lineCounter: lines, strict: true, uniqueKeys: false, version: '1.2', schema: 'core', prettyErrors: false, logLevel: 'error' });
  } catch {
    // Nesting so deep that the parser's stack gives up: no list of racks looks like that.
    return no([unparsable('YAML', 'nested too deeply')]);
  }
  const broken = faults(document.errors.map(e => yamlFault(e, lines)));
  if (broken !== undefined) return no(broken);
  const root = document.contents;
  if (!isMap(root)) return no([unparsable('YAML', 'a mapping with a list under "racks:" is expected', 1)]);
  const others = root.items.filter((p, n) => textOf(p.key) !== 'racks' || n > 0).slice(0, MAX_FIELDS);
  const strange = faults(others.map(p => problem('UNKNOWN_FIELD', { field: textOf(p.key), near: 'none', known: ['racks'] }, { ...CONTENT, line: lineOf(p.key) })));
  if (strange !== undefined) return no(strange);
  const racks = root.items[0]?.value;
  if (racks === undefined || racks === null) return ok([]);
  if (isScalar(racks) && racks.value === null) return ok([]);
  if (!isSeq(racks)) return no([unparsable('YAML', 'a list is expected under "racks:"', lineOf(racks))]);
  const wrong = faults(racks.items.filter(item => !isMap(item)).map(item => unparsable('YAML', 'each rack is a mapping', lineOf(item))));
  if (wrong !== undefined) return no(wrong);
  const maps = racks.items.filter(item => isMap(item));
  const strangeRows = faults(maps.flatMap(map => fieldFaults(map, lineOf)));
  return strangeRows === undefined ? ok(maps.map(map => yamlRow(map, lineOf))) : no(strangeRows);
};

const yamlFault = (e: YAMLError, lines: LineCounter): Problem => unparsable('YAML', e.message.split('\n')[0] ?? e.code, lines.linePos(e.pos[0]).line);

/** A rack has a dozen fields: beyond this it is something else, and not worth a fault for each. */
const MAX_FIELDS = 64;
const fieldFaults = (map: YAMLMap, lineOf: (node: unknown) => number): readonly Problem[] => {
  if (map.items.length > MAX_FIELDS) return [unparsable('YAML', `${String(map.items.length)} fields in one rack`, lineOf(map))];
  const seen = new Set<string>();
  return map.items.flatMap(({ key }) => {
    const name = textOf(key);
    if (seen.has(name)) return [unparsable('YAML', 'a field stands twice in one mapping', lineOf(key))];
    seen.add(name);
    return [];
  });
};

const textOf = (node: unknown): string => (isScalar(node) ? (node.source ?? String(node.value)) : '?');

const yamlRow = (map: YAMLMap, lineOf: (node: unknown) => number): RawRow => ({
  line: lineOf(map),
  fields: map.items.flatMap((pair: Pair) => {
    const value = yamlValue(pair.value);
    return value === undefined ? [] : [{ name: textOf(pair.key), line: lineOf(pair.key), value }];
  }),
});

/** Undefined: left empty, the same as absent. */
const yamlValue = (node: unknown): RawValue | undefined => {
  if (node === null || node === undefined) return undefined;
  if (isAlias(node)) return { kind: 'other', found: 'alias' };
  if (isSeq(node)) return node.items.every(item => isScalar(item)) ? { kind: 'list', items: node.items.map(textOf) } : { kind: 'other', found: 'list' };
  if (!isScalar(node)) return { kind: 'other', found: 'mapping' };
  if (node.value === null) return undefined;
  if (typeof node.value === 'number') return { kind: 'number', value: node.value, source: node.source ?? String(node.value) };
  return { kind: 'text', text: typeof node.value === 'string' ? node.value : textOf(node) };
};

// ── CSV ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
interface CsvRecord { readonly record: readonly string[]; readonly info: { readonly lines: number } }

const readCsv = (content: string): Result<readonly RawRow[], Faults> => {
  // Spreadsheets write `;` where the comma is the decimal sign; the header says which it is, because no field's name has either.
  const header = content.replace(/^\uFEFF/, '').trimStart().split(/\r?\n/, 1)[0] ?? '';
  const delimiter = header.includes(';') ? ';' : ',';
  let records: readonly CsvRecord[];
  try {
    records = parse(content, { bom: true, delimiter, info: true, relax_column_count: true, skip_empty_lines: true, trim: true }) as unknown as readonly CsvRecord[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = Number((error as { lines?: unknown }).lines);
    return no([unparsable('CSV', error.code.toLowerCase().replaceAll('_', ' '), Number.isInteger(line) ? line : undefined)]);
  }
  const [head, ...rows] = records;
  if (head === undefined) return ok([]);
  const names = head.record;
  const twice = faults(names.flatMap((n, i) => (names.indexOf(n) < i ? [problem('DUPLICATE', { field: n, value: n, other: String(names.indexOf(n) + 1) }, { ...CONTENT, line: head.info.lines })] : [])));
  if (twice !== undefined) return no(twice);
  const ragged = faults(rows.filter(r => r.record.length > names.length).map(r => unparsable('CSV', `${String(r.record.length)} fields, the header has ${String(names.length)}`, r.info.lines)));
  return ragged === undefined ? ok(rows.map(r => csvRow(names, r))) : no(ragged);
};

const csvRow = (names: readonly string[], { record, info }: CsvRecord): RawRow => ({
  line: info.lines,
  fields: record.flatMap((text, n) => (text === '' ? [] : [{ name: names[n] ?? '', line: info.lines, value: { kind: 'loose', text } as const }])),
});
