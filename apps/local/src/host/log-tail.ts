import { closeSync, openSync, readSync, fstatSync } from 'node:fs';

/** Begins the line that separates one start of a process from the next in its log. */
export const START_MARK = '--- ';

const WINDOW_BYTES = 16_384;

/** The last telling lines of a log, however large it is: no empty ones, no frames of a stack. Empty when there is no log. */
export function lastLines(path: string, count: number): string[] {
  try {
    const fd = openSync(path, 'r');
    try {
      const { size } = fstatSync(fd);
      const buffer = Buffer.alloc(Math.min(size, WINDOW_BYTES));
      readSync(fd, buffer, 0, buffer.length, size - buffer.length);
      const lines = buffer.toString('utf8').split('\n');
      // What an earlier start said would be read as this one's reason.
      return lines.slice(lines.findLastIndex((l) => l.startsWith(START_MARK)) + 1).filter((l) => l.trim() !== '' && !/^\s+at /.test(l)).slice(-count);
    } finally {
      closeSync(fd);
    }
  } catch {
    return [];
  }
}
