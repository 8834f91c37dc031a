import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ByteRange, ObjectBody, Objects, Stored } from './model.ts';
import { checkedKey, checkedPrefix, ObjectConflict, sameBytes } from './model.ts';

const codeOf = (error: unknown): string | undefined => (error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined);
const orAbsent = async <T>(found: Promise<T>): Promise<T | undefined> => {
  try {
    return await found;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
};

/** A name is durable once its folder is flushed; the file's own flush does not do it. */
const flushFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const makeFolder = async (folder: string): Promise<void> => {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let at = folder; at.length >= first.length; at = dirname(at)) await flushFolder(dirname(at));
};

const writeTemporary = async (folder: string, source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Stored & { readonly path: string }> => {
  const path = join(folder, `.tmp-${randomBytes(12).toString('hex')}`);
  const handle = await open(path, 'wx', 0o640);
  const digest = createHash('sha256');
  let bytes = 0;
  try {
    for await (const part of source) {
      digest.update(part);
      bytes += part.length;
      await handle.writeFile(part);
    }
    await handle.sync();
  } catch (error) {
    await unlink(path).catch(() => undefined);
    throw error;
  } finally {
    await handle.close();
  }
  return { path, bytes, sha256: digest.digest('hex') };
};

const hashOfFile = async (path: string): Promise<string> => {
  const digest = createHash('sha256');
  for await (const part of createReadStream(path)) digest.update(part as Uint8Array);
  return digest.digest('hex');
};

async function* keysUnder(root: string, folder: string): AsyncGenerator<string, void, undefined> {
  const entries = (await orAbsent(readdir(join(root, folder), { withFileTypes: true }))) ?? [];
  // As whole keys sort: a folder counts as its name with the slash behind it.
  const names = entries.filter(e => !e.name.startsWith('.tmp-')).map(e => (e.isDirectory() ? `${e.name}/` : e.name));
  for (const name of names.sort((a, b) => (a < b ? -1 : 1))) {
    if (name.endsWith('/')) yield* keysUnder(root, `${folder}${name}`);
    else yield `${folder}${name}`;
  }
}

async function* emptyBody(): AsyncGenerator<Uint8Array, void, undefined> {
  yield* [];
}

const streamFile = async (path: string, key: string, range: ByteRange | undefined): Promise<ObjectBody | undefined> => {
  const found = await orAbsent(stat(path));
  if (found?.isFile() !== true) return undefined;
  const { from, to } = { from: 0, to: found.size, ...range };
  if (to <= from || from >= found.size) {
    if (range === undefined) return { size: 0, body: emptyBody() };
    throw new RangeError(`${key} has ${String(found.size)} bytes: there is no range ${String(from)}-${String(to)}`);
  }
  return { size: found.size, body: createReadStream(path, { start: from, end: Math.min(to, found.size) - 1 }) };
};

/** The write-once store in a folder of this machine. `root` is made when it is not there. */
export const folderObjects = (root: string): Objects => {
  const where = `file://${root}`;
  const pathOf = (key: string): string => join(root, checkedKey(key));

  // link() refuses a name that is taken, in one step; rename() would overwrite it.
  const settle = async (key: string, temporary: string, same: () => Promise<boolean>): Promise<void> => {
    const path = pathOf(key);
    try {
      await link(temporary, path);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      if (!(await same())) throw new ObjectConflict(key, where);
    } finally {
      await unlink(temporary);
    }
    // Also when it was there: whoever wrote it may have died before this.
    await flushFolder(dirname(path));
  };

  return {
    where,
    put: async (key, bytes) => {
      const path = pathOf(key);
      const known = await orAbsent(readFile(path));
      if (known !== undefined && !sameBytes(known, bytes)) throw new ObjectConflict(key, where);
      if (known !== undefined) return flushFolder(dirname(path));
      await makeFolder(dirname(path));
      const { path: temporary } = await writeTemporary(dirname(path), [bytes]);
      await settle(key, temporary, async () => sameBytes(await readFile(path), bytes));
    },
    putStream: async (key, source) => {
      const path = pathOf(key);
      await makeFolder(dirname(path));
      const { path: temporary, bytes, sha256 } = await writeTemporary(dirname(path), source);
      await settle(key, temporary, async () => (await hashOfFile(path)) === sha256);
      return { bytes, sha256 };
    },
    replace: async (key, bytes) => {
      const path = pathOf(key);
      await makeFolder(dirname(path));
      const { path: temporary } = await writeTemporary(dirname(path), [bytes]);
      await rename(temporary, path);
      await flushFolder(dirname(path));
    },
    get: key => orAbsent(readFile(pathOf(key))),
    stream: (key, range) => streamFile(pathOf(key), key, range),
    stat: async key => {
      const found = await orAbsent(stat(pathOf(key)));
      return found?.isFile() === true ? { size: found.size } : undefined;
    },
    list: prefix => keysUnder(root, checkedPrefix(prefix)),
    remove: async key => {
      const path = pathOf(key);
      if ((await orAbsent(unlink(path).then(() => true))) === true) await flushFolder(dirname(path));
    },
  };
};
