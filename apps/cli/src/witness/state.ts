import { createHash, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** What a witness remembers of one log: the tree it cosigned last. */
export interface Remembered {
  readonly origin: string;
  readonly size: bigint;
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** The checkpoint with the log's signature and our cosignature, for whoever asks what we saw. */
  readonly note: string;
}

/** The memory of a witness. Reads and writes are synchronous, so that between a look and the write that depends on it nobody else can write. */
export interface Memory {
  /**
   * Undefined when nothing was ever cosigned for the log. @throws when a line is there that cannot be read, or an earlier one than this process wrote: to forget
   * would be to allow a second story.
   */
  recall(origin: string): Remembered | undefined;
  /** On disk when it returns. @throws when it may not be: disk full, read-only, gone. */
  remember(tree: Remembered): void;
  /** @throws when nothing could be remembered now. */
  probe(): void;
}

/** The SHA-256 of an origin in hexadecimal names its log in paths (C2SP tlog-witness, monitoring prefix). */
export const originHash = (origin: string): string => createHash('sha256').update(origin, 'utf8').digest('hex');

/**
 * One file a log, one line a file. The line is replaced as a whole: written beside, flushed, renamed, and the folder flushed, in this order, because a rename may
 * reach the disk before the bytes that it names.
 */
export const openMemory = (folder: string): Memory => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // What a death in the middle of a write left.
  for (const name of readdirSync(folder)) if (name.endsWith('.new')) rmSync(join(folder, name), { force: true });
  const fileOf = (origin: string): string => join(folder, originHash(origin));
  const written = new Map<string, bigint>();
  return {
    recall: origin => {
      const line = readIfThere(fileOf(origin));
      const tree = line === undefined ? undefined : parseLine(line, origin);
      if ((written.get(origin) ?? 0n) > (tree?.size ?? 0n)) throw new Error(`the line of ${origin} was put back to an earlier state`);
      return tree;
    },
    remember: tree => {
      writeDurably(folder, fileOf(tree.origin), lineOf(tree));
      written.set(tree.origin, tree.size);
    },
    probe: () => {
      writeDurably(folder, join(folder, 'probe'), `${'.'.repeat(4_096)}\n`);
    },
  };
};

const lineOf = ({ origin, size, root, note }: Remembered): string =>
  `${JSON.stringify({ origin, size: size.toString(), root: Buffer.from(root).toString('base64'), note })}\n`;

const parseLine = (line: string, origin: string): Remembered => {
  const read = JSON.parse(line) as Partial<Record<'origin' | 'size' | 'root' | 'note', unknown>>;
  const { size, root, note } = read;
  if (read.origin !== origin || typeof size !== 'string' || !/^\d{1,19}$/.test(size) || typeof root !== 'string' || typeof note !== 'string') throw new Error(`the line of ${origin} is not one of ours`);
  const bytes = Uint8Array.from(Buffer.from(root, 'base64'));
  if (bytes.length !== 32) throw new Error(`the line of ${origin} has no root`);
  return { origin, size: BigInt(size), root: bytes, note };
};

const readIfThere = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

const writeDurably = (folder: string, path: string, content: string): void => {
  const draft = `${path}.${randomBytes(4).toString('hex')}.new`;
  try {
    flushed(draft, 'wx', fd => {
      // A short write is a full disk that has not said so yet.
      if (writeSync(fd, content) !== Buffer.byteLength(content)) throw new Error(`${draft} was cut short`);
    });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  flushed(folder, 'r', () => undefined);
};

const flushed = (path: string, flags: string, use: (fd: number) => void): void => {
  const fd = openSync(path, flags, 0o600);
  try {
    use(fd);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
};
