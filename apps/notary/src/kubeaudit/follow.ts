import { hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { open, readdir } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { FilePlace } from '@cadastre/store/kubeaudit';

export interface Part {
  readonly lines: readonly string[];
  /** Where the next part begins. */
  readonly next: FilePlace;
  /** The file that was being read is not there any more: what followed in it was not seen. */
  readonly gap: boolean;
  /** More can be read at once. */
  readonly more: boolean;
}

const PART_BYTES = 1 << 20;
/** A line at Metadata level has one or two kilobytes; one that is longer than this ends the reading of its file rather than the memory. */
const LINE_BYTES = 1 << 24;

/**
 * A file is known by the digest of its first line, not by its name or inode: rotation renames it, copying and truncating gives it another inode, and an inode comes back
 * with another file. Each line of an audit log has an id of its own, so no two files begin alike.
 */
const identityOf = async (file: FileHandle): Promise<string | undefined> => {
  const head = Buffer.alloc(4_096);
  const { bytesRead } = await file.read(head, 0, head.length, 0);
  const end = head.subarray(0, bytesRead).indexOf(10);
  // A first line that is still being written is no file yet; one that is longer than the head is known by its head.
  return end === -1 && bytesRead < head.length ? undefined : hash('sha256', head.subarray(0, end === -1 ? head.length : end), 'hex');
};

const withFile = async <T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T | undefined> => {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return await use(file);
  } finally {
    await file.close();
  }
};

/** The log and what it was before it was rotated, oldest first. The API server dates a full file, `audit-2026-11-27T21-57-06.898.log`; logrotate numbers it, highest first. */
const family = async (path: string): Promise<readonly string[]> => {
  const [folder, name, extension] = [dirname(path), basename(path), extname(path)];
  const stem = name.slice(0, name.length - extension.length);
  const names = await readdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  const dated = names.filter(n => n.startsWith(`${stem}-`) && n.endsWith(extension)).sort();
  const numbered = names.flatMap(n => (n.startsWith(`${name}.`) && /^\d+$/.test(n.slice(name.length + 1)) ? [[n, Number(n.slice(name.length + 1))] as const] : [])).sort(([, a], [, b]) => b - a).map(([n]) => n);
  return [...dated, ...numbered, name].map(n => join(folder, n));
};

const partOf = async (file: FileHandle, identity: string, offset: number): Promise<Omit<Part, 'gap'> | undefined> => {
  for (let size = PART_BYTES; size <= LINE_BYTES; size *= 4) {
    const buffer = Buffer.alloc(size);
    const { bytesRead } = await file.read(buffer, 0, size, offset);
    const end = buffer.subarray(0, bytesRead).lastIndexOf(10);
    if (end === -1 && bytesRead === size) continue;
    // What has no end yet is being written: it is read once it is whole.
    if (end === -1) return undefined;
    return { lines: buffer.toString('utf8', 0, end).split('\n'), next: { file: identity, offset: offset + end + 1 }, more: bytesRead === size };
  }
  throw new Error(`a line of more than ${String(LINE_BYTES)} bytes at ${String(offset)}`);
};

/** The next lines after a place; undefined when there are none yet. A rotated file is read to its end before the next one is begun. */
export const readOn = async (path: string, place: FilePlace | undefined): Promise<Part | undefined> => {
  const files: { readonly path: string; readonly identity: string }[] = [];
  for (const candidate of await family(path)) {
    const identity = await withFile(candidate, identityOf);
    if (identity !== undefined) files.push({ path: candidate, identity });
  }
  const at = place === undefined ? 0 : files.findIndex(f => f.identity === place.file);
  for (const f of files.slice(Math.max(at, 0))) {
    const offset = f.identity === place?.file ? place.offset : 0;
    const part = await withFile(f.path, file => partOf(file, f.identity, offset));
    if (part !== undefined) return { ...part, gap: at === -1, more: part.more || f !== files.at(-1) };
  }
  return undefined;
};
