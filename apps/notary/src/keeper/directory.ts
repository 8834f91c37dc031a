import { createHmac, randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, readdir, rm, truncate, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { subjectKey, type DestroyRequest, type SubjectKey, type Tombstone } from '@cadastre/platform/keeper';

/**
 * The folder of the subject keys: `keys/<scope>/<subject>`, one file of 32 random bytes each, both names an HMAC under `names.secret`, and `tombstones.jsonl`.
 * A key is written to a draft, synced, then linked under its name: a crash leaves a key or none, and no key is ever overwritten.
 */
export interface KeyDirectory {
  /** The subject's key, made if there is none. */
  key(scope: string, subject: string): Promise<SubjectKey>;
  /** By id, among the keys of the scope. */
  open(scope: string, kid: string): Promise<SubjectKey | undefined>;
  tombstoneOf(kid: string): Tombstone | undefined;
  tombstones(): readonly Tombstone[];
  /** Destroys the subject's key, or all of the scope; answers with everything that this certificate has destroyed so far. */
  destroy(request: DestroyRequest, at: string): Promise<readonly Tombstone[]>;
  /** Takes over what others know to be destroyed, and destroys what came back. Answers how many keys that were. */
  reconcile(list: readonly Tombstone[]): Promise<number>;
  readonly size: number;
}

const KEY_BYTES = 32;
const FILES_AT_ONCE = 16;
const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown }).code;

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Creates the file with these bytes unless it is there; answers what it then holds. */
const createOnce = async (folder: string, name: string, bytes: Uint8Array): Promise<Uint8Array> => {
  const draft = join(folder, `.${name}.${randomBytes(6).toString('hex')}.new`);
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(draft, join(folder, name));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
  await syncFolder(folder);
  return readFile(join(folder, name));
};

/** Unlinking leaves the blocks to chance; what stands there first is noise. On media that copy on write that proves nothing: hence the encrypted volume of docs/operations.md. */
const shred = async (path: string): Promise<void> => {
  const handle = await open(path, 'r+');
  try {
    await handle.write(randomBytes(KEY_BYTES), 0, KEY_BYTES, 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await unlink(path);
};

const readTombstones = async (file: string): Promise<Map<string, Tombstone>> => {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  });
  // A line that a crash cut short was never answered for; left there, it would spoil the next one.
  const end = text.lastIndexOf('\n') + 1;
  if (end < text.length) await truncate(file, Buffer.byteLength(text.slice(0, end)));
  const whole = text.slice(0, end).split('\n').filter(line => line !== '').map(line => JSON.parse(line) as Tombstone);
  return new Map(whole.map(t => [t.kid, t]));
};

/** What is kept of each key in memory: its id leads to its file. */
interface Found {
  readonly folder: string;
  readonly name: string;
}

const scan = async (root: string): Promise<Map<string, Found>> => {
  const found = new Map<string, Found>();
  for (const scope of await readdir(root)) {
    const folder = join(root, scope);
    for (const name of await readdir(folder)) {
      if (name.endsWith('.new')) {
        await rm(join(folder, name));
        continue;
      }
      const bytes = await readFile(join(folder, name));
      if (bytes.length !== KEY_BYTES) throw new Error(`the key file ${join(folder, name)} has ${String(bytes.length)} bytes instead of ${String(KEY_BYTES)}: restore it, or remove it knowing that what it sealed is lost`);
      found.set(subjectKey(bytes).kid, { folder, name });
    }
  }
  return found;
};

/** Many may look and make at once; a destruction waits for those under way and is alone: a key must not be made while its scope is destroyed. */
const manyOrOne = () => {
  let last: Promise<unknown> = Promise.resolve();
  const many = new Set<Promise<unknown>>();
  const settled = (work: Promise<unknown>): Promise<unknown> => work.then(() => undefined, () => undefined);
  return {
    together: <T>(work: () => Promise<T>): Promise<T> => {
      const done = last.then(work);
      const ended: Promise<unknown> = settled(done).then(() => many.delete(ended));
      many.add(ended);
      return done;
    },
    alone: <T>(work: () => Promise<T>): Promise<T> => {
      const done = Promise.all([last, ...many]).then(work);
      last = settled(done);
      return done;
    },
  };
};

const appendTombstones = async (root: string, file: string, list: readonly Tombstone[]): Promise<void> => {
  const handle = await open(file, 'a', 0o600);
  try {
    await handle.writeFile(list.map(t => `${JSON.stringify({ kid: t.kid, at: t.at, certificate: t.certificate })}\n`).join(''));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await syncFolder(root);
};

/** Destroys the keys of these stones; answers how many there were. The stone comes first: whatever stops us then, the next start ends it. */
const graveyard = (root: string, file: string, keys: Map<string, Found>, graves: Map<string, Tombstone>) => async (list: readonly Tombstone[]): Promise<number> => {
  const fresh = list.filter(t => !graves.has(t.kid));
  if (fresh.length > 0) await appendTombstones(root, file, fresh);
  for (const t of fresh) graves.set(t.kid, t);
  const doomed = list.flatMap(({ kid }) => {
    const found = keys.get(kid);
    return found === undefined ? [] : [{ kid, ...found }];
  });
  const waiting = doomed.values();
  const lane = async (): Promise<void> => {
    for (const { kid, folder, name } of waiting) {
      await shred(join(folder, name));
      keys.delete(kid);
    }
  };
  await Promise.all(Array.from({ length: FILES_AT_ONCE }, lane));
  for (const folder of new Set(doomed.map(d => d.folder))) await syncFolder(folder);
  return doomed.length;
};

/** Opens or makes the folder. Keys whose tombstone says that they are destroyed are destroyed again: a backup may have brought them back, or a crash left them. */
export const openKeyDirectory = async (root: string): Promise<KeyDirectory> => {
  const folderOfKeys = join(root, 'keys');
  const file = join(root, 'tombstones.jsonl');
  await mkdir(folderOfKeys, { recursive: true, mode: 0o700 });
  const secret = await createOnce(root, 'names.secret', randomBytes(KEY_BYTES));
  const nameOf = (text: string): string => createHmac('sha256', secret).update(text).digest('hex');
  const folderOf = (scope: string): string => join(folderOfKeys, nameOf(`scope|${scope}`));
  const keys = await scan(folderOfKeys);
  const graves = await readTombstones(file);
  const { together, alone } = manyOrOne();

  const bury = graveyard(root, file, keys, graves);
  await bury([...graves.values()]);

  const read = async ({ folder, name }: Found): Promise<SubjectKey> => subjectKey(await readFile(join(folder, name)));
  const findOrMake = async (scope: string, subject: string): Promise<SubjectKey> => {
    const folder = folderOf(scope);
    const name = nameOf(`subject|${scope}|${subject}`);
    const there = await readFile(join(folder, name)).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    });
    if (there !== undefined) return subjectKey(there);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const made = subjectKey(await createOnce(folder, name, randomBytes(KEY_BYTES)));
    await syncFolder(folderOfKeys);
    keys.set(made.kid, { folder, name });
    return made;
  };

  return {
    key: (scope, subject) => together(() => findOrMake(scope, subject)),
    open: async (scope, kid) => {
      const found = keys.get(kid);
      return found?.folder === folderOf(scope) ? read(found) : undefined;
    },
    tombstoneOf: kid => graves.get(kid),
    tombstones: () => [...graves.values()],
    destroy: ({ scope, subject, certificate }, at) => alone(async () => {
      const folder = folderOf(scope);
      const name = subject === undefined ? undefined : nameOf(`subject|${scope}|${subject}`);
      const kids = [...keys].filter(([, f]) => f.folder === folder && (name === undefined || f.name === name)).map(([kid]) => kid);
      await bury(kids.map(kid => ({ kid, at, certificate })));
      return [...graves.values()].filter(t => t.certificate === certificate);
    }),
    reconcile: list => alone(() => bury(list)),
    get size() {
      return keys.size;
    },
  };
};
