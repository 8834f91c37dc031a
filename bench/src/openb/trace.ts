import { readFileSync } from 'node:fs';
import { StackError } from '../../../apps/local/src/host/stack-error.ts';

export interface Node {
  readonly cpuMilli: number;
  readonly ramMiB: number;
  readonly gpus: number;
  readonly model: string;
}
export interface Task {
  readonly cpuMilli: number;
  readonly ramMiB: number;
  /** Wholly free GPUs; 0 for a share of one, and for none. */
  readonly gpus: number;
  /** Thousandths of one GPU, 1 to 999; 0 for whole GPUs and for none. */
  readonly milliGpu: number;
  /** Models that will do; empty: any. */
  readonly models: readonly string[];
}
export const milliOf = (t: Task): number => (t.milliGpu > 0 ? t.milliGpu : t.gpus * 1_000);

const bad = (file: string, what: string): StackError =>
  new StackError('BAD_OPTION', `${file}: ${what}`, 'Files are like those in bench/data/openb: a line of column names, then one line a node or task, commas between.');

/** The lines of a file by column name. Columns that nobody asks for are left alone; blank lines are no lines. */
const linesOf = (file: string, columns: readonly string[]): readonly Line[] => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (e) {
    throw bad(file, `it cannot be read: ${e instanceof Error ? e.message : String(e)}.`);
  }
  const [head, ...rest] = text.replace(/^\uFEFF/, '').split(/\r?\n/).map((line, n) => ({ n: n + 1, cells: line.split(',').map((cell) => cell.trim()) })).filter((l) => l.cells.some((cell) => cell !== ''));
  if (head === undefined) throw bad(file, 'it is empty.');
  const missing = columns.filter((c) => !head.cells.includes(c));
  if (missing.length > 0) throw bad(file, `it has no column ${missing.map((c) => `"${c}"`).join(', ')}; its columns are ${head.cells.map((c) => `"${c}"`).join(', ')}.`);
  if (rest.length === 0) throw bad(file, 'it has column names and no line under them.');
  return rest.map(({ n, cells }) => {
    if (cells.length !== head.cells.length) throw bad(file, `line ${n} has ${cells.length} cells, the first line has ${head.cells.length}.`);
    return { file, n, text: (column) => cells[head.cells.indexOf(column)] ?? '' };
  });
};
interface Line { readonly file: string; readonly n: number; readonly text: (column: string) => string }

const MOST = 1_000_000_000;
const whole = (line: Line, column: string, most = MOST): number => {
  const text = line.text(column);
  const n = Number(text);
  if (!/^\d+$/.test(text) || n > most) throw bad(line.file, `line ${line.n}: ${column} is "${text}", and is a whole number from 0 to ${most}.`);
  return n;
};

export const nodesIn = (file: string): readonly Node[] => {
  const nodes = linesOf(file, ['cpu_milli', 'memory_mib', 'gpu', 'model']).map((line) => ({
    cpuMilli: whole(line, 'cpu_milli'), ramMiB: whole(line, 'memory_mib'), gpus: whole(line, 'gpu', 1_024), model: line.text('model'),
  }));
  if (nodes.every((n) => n.gpus === 0)) throw bad(file, 'no node has a GPU.');
  return nodes;
};

export const tasksIn = (file: string): readonly Task[] => {
  const tasks = linesOf(file, ['cpu_milli', 'memory_mib', 'num_gpu', 'gpu_milli', 'gpu_spec']).map(taskOf);
  if (tasks.every((t) => milliOf(t) === 0)) throw bad(file, 'no task asks for a GPU: no load is ever reached.');
  return tasks;
};

const taskOf = (line: Line): Task => {
  const gpus = whole(line, 'num_gpu', 1_024);
  const share = gpus === 1 ? whole(line, 'gpu_milli', 1_000) : 0;
  if (gpus === 1 && share === 0) throw bad(line.file, `line ${line.n}: one GPU is asked for, and 0 thousandths of it.`);
  const cut = share > 0 && share < 1_000;
  return {
    cpuMilli: whole(line, 'cpu_milli'), ramMiB: whole(line, 'memory_mib'), gpus: cut ? 0 : gpus, milliGpu: cut ? share : 0,
    models: line.text('gpu_spec').split('|').filter((m) => m !== ''),
  };
};

/** `42-51`, `42,43`, or both: `1-3,9`. */
export const seedsIn = (text: string): readonly number[] => {
  const seeds = text.split(',').flatMap((part) => {
    const [, from, to] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part.trim()) ?? [];
    const [first, last] = [Number(from), Number(to ?? from)];
    return from === undefined || last < first || last - first >= 1_000 ? [Number.NaN] : Array.from({ length: last - first + 1 }, (_, n) => first + n);
  });
  if (seeds.every((s) => Number.isInteger(s))) return [...new Set(seeds)];
  throw new StackError('BAD_OPTION', `--seeds is "${text}".`, 'It accepts whole numbers and ranges: 42-51, or 42,43; a range has at most 1,000.');
};
