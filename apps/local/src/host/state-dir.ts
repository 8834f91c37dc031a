import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, writeJson } from './files.ts';
import { endProcess, identify, isAlive, type ProcessId } from './process.ts';
import { StackError } from './stack-error.ts';

/** How long an orphan of a killed stack may take to end before SIGKILL. */
const ORPHAN_GRACE_MS = 5_000;

/**
 * One stack's folder. Exactly one living process owns it; the pids of its children are on disk so that a start after
 * `kill -9` of the owner can end the orphans by identity, never by name.
 */
export class StateDir {
  readonly path: string;
  #children = new Map<string, ProcessId>();

  private constructor(path: string) {
    this.path = path;
  }

  /** Takes ownership. Throws STATE_IN_USE when a living stack owns the folder. Ends orphans of a dead one first. */
  static async claim(path: string, say: (line: string) => void): Promise<StateDir> {
    mkdirSync(path, { recursive: true, mode: 0o711 });
    const self = identify(process.pid);
    if (self === undefined) throw new Error('this process cannot see itself');
    takeOwnership(path, self);
    await endOrphans(path, say);
    return new StateDir(path);
  }

  file(...parts: string[]): string {
    return join(this.path, ...parts);
  }

  folder(...parts: string[]): string {
    const path = join(this.path, ...parts);
    mkdirSync(path, { recursive: true });
    return path;
  }

  recordChild(name: string, pid: number): void {
    const id = identify(pid);
    if (id === undefined) return;
    this.#children.set(name, id);
    this.#writeChildren();
  }

  forgetChild(name: string): void {
    this.#children.delete(name);
    this.#writeChildren();
  }

  /** Gives the folder back; what is in it stays for the next start. */
  release(): void {
    rmSync(join(this.path, 'owner.json'), { force: true });
    rmSync(join(this.path, 'children.json'), { force: true });
  }

  #writeChildren(): void {
    writeJson(join(this.path, 'children.json'), Object.fromEntries(this.#children));
  }
}

/** Creating the file is the claim itself (`wx`): of two starts at the same moment exactly one gets it. */
function takeOwnership(path: string, self: ProcessId): void {
  const file = join(path, 'owner.json');
  for (;;) {
    try {
      writeFileSync(file, JSON.stringify(self), { flag: 'wx' });
      return;
    } catch (e) {
      if (!(e instanceof Error && 'code' in e && e.code === 'EEXIST')) throw e;
    }
    const owner = ownerOf(path);
    if (owner !== undefined) {
      throw new StackError(
        'STATE_IN_USE',
        `Another stack, process ${owner.pid}, is using ${path}.`,
        `Stop it (kill ${owner.pid}), or give this one its own folder and ports: CADASTRE_STATE=/some/where npm start -- --port-base 14000`,
      );
    }
    rmSync(file, { force: true });
  }
}

/** Ends the recorded children of a stack whose owner died without ending them. Returns how many were still alive. */
export async function endOrphans(path: string, say: (line: string) => void): Promise<number> {
  const recorded = readJson(join(path, 'children.json'));
  if (typeof recorded !== 'object' || recorded === null) return 0;
  const orphans = Object.entries(recorded).flatMap(([name, value]) => {
    const id = asProcessId(value);
    return id !== undefined && isAlive(id) ? [{ name, id }] : [];
  });
  // Latest first, as an orderly stop does: a database ended before its clients logs errors that mean nothing.
  for (const { name, id } of orphans.reverse()) {
    say(`ending ${name} (process ${id.pid}), left over from a stack that was killed`);
    await endProcess(id, ORPHAN_GRACE_MS);
  }
  rmSync(join(path, 'children.json'), { force: true });
  return orphans.length;
}

/** The living process that owns the folder, if any. */
export function ownerOf(path: string): ProcessId | undefined {
  const owner = asProcessId(readJson(join(path, 'owner.json')));
  return owner !== undefined && isAlive(owner) ? owner : undefined;
}

export function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function asProcessId(value: unknown): ProcessId | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('pid' in value) || !('startedAt' in value)) return undefined;
  const { pid, startedAt } = value;
  return typeof pid === 'number' && typeof startedAt === 'string' ? { pid, startedAt } : undefined;
}
