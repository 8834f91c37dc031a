import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ScanPlan } from '@cadastre/domain/alarm';
import type { Frontier } from '@cadastre/tlog';
import { EMPTY_FRONTIER, frontierOf } from '@cadastre/tlog';

export interface Tree {
  readonly size: number;
  /** Base64 of 32 bytes. */
  readonly root: string;
}
/** Who said that a log had this root at this size. */
export type Sayer = 'GLOBAL' | 'CHECKPOINT' | 'ROW';

/** What this monitor itself has verified of one log; nobody else writes it. */
export interface Followed {
  /** Every leaf below this was hashed from the tiles, and every root that was said at a size below it was the tree's. */
  frontier: Frontier;
  /** What was said beyond the frontier, by size. */
  readonly pending: Map<number, { readonly root: string; readonly by: Sayer }>;
  /** The last checkpoint in storage that was signed by the trusted key: the log is never seen smaller again. */
  checkpoint: Tree | undefined;
  /** Up to which size the database's rows of checkpoints were verified. */
  rows: number;
  /** Where it was pruned to, as an event of its own says. */
  pruned: number;
  /** What the global log last said of it. */
  global: Tree | undefined;
}
export interface MonitorState {
  readonly logs: Map<string, Followed>;
  rolling: ScanPlan['next'];
}

export const newFollowed = (): Followed => ({ frontier: EMPTY_FRONTIER, pending: new Map(), checkpoint: undefined, rows: 0, pruned: 0, global: undefined });
export const followedOf = (state: MonitorState, origin: string): Followed => {
  const known = state.logs.get(origin) ?? newFollowed();
  state.logs.set(origin, known);
  return known;
};
/** A pass works on a copy: what it learned counts only once its alarms are written. */
export const draftOf = (state: MonitorState): MonitorState => ({ logs: new Map([...state.logs].map(([origin, f]) => [origin, { ...f, pending: new Map(f.pending) }])), rolling: state.rolling });

interface Written {
  readonly v: 1;
  readonly origin: string;
  readonly rolling?: { readonly origin: string; readonly index: number };
  readonly logs: Readonly<Record<string, { readonly size: number; readonly hashes: readonly string[]; readonly pending: readonly (readonly [number, string, Sayer])[]; readonly checkpoint?: Tree; readonly rows: number; readonly pruned?: number; readonly global?: Tree }>>;
}

const toText = (origin: string, state: MonitorState): string => {
  const logs = [...state.logs].map(([name, f]) => [name, {
    size: Number(f.frontier.size), hashes: f.frontier.hashes.map(h => Buffer.from(h).toString('base64')), pending: [...f.pending].map(([size, p]) => [size, p.root, p.by] as const), rows: f.rows, pruned: f.pruned,
    ...(f.checkpoint === undefined ? {} : { checkpoint: f.checkpoint }), ...(f.global === undefined ? {} : { global: f.global }),
  }] as const);
  return `${JSON.stringify({ v: 1, origin, ...(state.rolling === undefined ? {} : { rolling: state.rolling }), logs: Object.fromEntries(logs) } satisfies Written)}\n`;
};
const fromText = (text: string, origin: string): MonitorState => {
  const written = JSON.parse(text) as Written;
  // A new origin is another past: what was verified of the old one says nothing of it.
  if (written.origin !== origin) return { logs: new Map(), rolling: undefined };
  const logs = Object.entries(written.logs).map(([name, f]): [string, Followed] => [name, {
    frontier: frontierOf(BigInt(f.size), f.hashes.map(h => new Uint8Array(Buffer.from(h, 'base64')))), pending: new Map(f.pending.map(([size, root, by]) => [size, { root, by }])), checkpoint: f.checkpoint, rows: f.rows, pruned: f.pruned ?? 0, global: f.global,
  }]);
  return { logs: new Map(logs), rolling: written.rolling };
};

export interface StateFile {
  readonly state: MonitorState;
  /** Survives a power cut when it resolves; the old one or the new one, never a mixture. */
  write(state: MonitorState): Promise<void>;
}

const textOf = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
};
const flush = async (path: string, flags: 'r' | 'w', text?: string): Promise<void> => {
  const handle = await open(path, flags, 0o600);
  try {
    if (text !== undefined) await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Throws with a sentence when the memory is damaged: a monitor that forgot what it saw would take a rolled back log for a young one. */
export const openState = async (path: string, origin: string): Promise<StateFile> => {
  const text = await textOf(path);
  let state: MonitorState;
  try {
    state = text === undefined ? { logs: new Map(), rolling: undefined } : fromText(text, origin);
  } catch (error) {
    throw new Error(`${path} is damaged: restore the monitor's memory from its own copy, or remove it and have the logs compared with a witness first (docs/operations.md)`, { cause: error });
  }
  return {
    state,
    write: async next => {
      await flush(`${path}.tmp`, 'w', toText(origin, next));
      await rename(`${path}.tmp`, path);
      await flush(dirname(path), 'r');
    },
  };
};
