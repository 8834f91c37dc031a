import { constants } from 'node:fs';
import { open, readFile, rename } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The last tree of a log that was signed. */
export interface Remembered {
  readonly origin: string;
  readonly size: bigint;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/** What the signer knows and nobody can take back from it but by its disk. */
export interface Memory {
  get(origin: string): Remembered | undefined;
  all(): readonly Remembered[];
  /** All of them survive a power cut when it resolves; nothing is remembered when it rejects, and nothing more until the process starts again. */
  remember(trees: readonly Remembered[]): Promise<void>;
  close(): Promise<void>;
}

const LINE = /^v1 (0|[1-9]\d{0,18}) ([A-Za-z0-9+/]{43}=) (\S{1,300})$/;
const lineOf = ({ origin, size, root }: Remembered): string => `v1 ${String(size)} ${Buffer.from(root).toString('base64')} ${origin}\n`;

const parse = (text: string, path: string): Map<string, Remembered> => {
  const known = new Map<string, Remembered>();
  // What follows the last line feed was cut off while it was written, so nobody was told that it is remembered.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  for (const [n, line] of whole.split('\n').slice(0, -1).entries()) {
    const [, size = '', root = '', origin = ''] = LINE.exec(line) ?? [];
    const bytes = Buffer.from(root, 'base64');
    if (origin === '' || bytes.length !== 32) throw new Error(`${path} line ${String(n + 1)} is damaged: restore the signer's memory from its own copy, or open a new origin (docs/operations.md)`);
    const before = known.get(origin);
    if (before !== undefined && before.size > BigInt(size)) throw new Error(`${path} line ${String(n + 1)} goes back from ${String(before.size)} to ${size}: the signer's memory was edited`);
    known.set(origin, { origin, size: BigInt(size), root: bytes });
  }
  return known;
};

const flush = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** The journal without what later lines made superfluous, so that it grows with the logs and not with the years. */
const compact = async (path: string, known: ReadonlyMap<string, Remembered>): Promise<void> => {
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile([...known.values()].map(lineOf).join(''));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await flush(dirname(path));
};

const read = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
};

/** Throws with a sentence when the journal is damaged or went back: a signer that guesses is worse than none. */
export const openMemory = async (path: string): Promise<Memory> => {
  const known = parse(await read(path), path);
  await compact(path, known);
  const file: FileHandle = await open(path, constants.O_WRONLY | constants.O_APPEND);
  let written = (await file.stat()).size;
  let broken: string | undefined;

  const append = async (trees: readonly Remembered[]): Promise<void> => {
    // Two signers on one memory would each forget what the other signed.
    if ((await file.stat()).size !== written) throw new Error(`somebody else writes ${path}`);
    const text = trees.map(lineOf).join('');
    await file.writeFile(text);
    await file.datasync();
    written += Buffer.byteLength(text);
  };
  return {
    get: origin => known.get(origin),
    all: () => [...known.values()],
    remember: async trees => {
      if (broken !== undefined) throw new Error(`the signer's memory failed before (${broken}): start it again`);
      try {
        await append(trees);
      } catch (error) {
        // What is on the disk now is not known; only reading it again says.
        broken = error instanceof Error ? error.message : 'unknown';
        throw error;
      }
      for (const tree of trees) known.set(tree.origin, tree);
    },
    close: () => file.close(),
  };
};
