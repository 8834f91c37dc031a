import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';

/** A process as one machine can name it for good: pids are reused, a pid with its start time is not. */
export interface ProcessId {
  readonly pid: number;
  /** Opaque; equal only for the same process. Linux: clock ticks since boot. Elsewhere: what `ps` prints. */
  readonly startedAt: string;
}

/** The identity of a living process, or undefined when no process has this pid (a zombie counts as dead). */
export function identify(pid: number): ProcessId | undefined {
  const startedAt = process.platform === 'linux' ? linuxStart(pid) : psStart(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

export function isAlive(id: ProcessId): boolean {
  return identify(id.pid)?.startedAt === id.startedAt;
}

/** Sends SIGTERM, waits up to `graceMs`, then SIGKILL; does nothing when the pid now belongs to another process. */
export async function endProcess(id: ProcessId, graceMs: number): Promise<void> {
  if (!isAlive(id)) return;
  signal(id.pid, 'SIGTERM');
  const deadline = Date.now() + graceMs;
  while (isAlive(id)) {
    if (Date.now() > deadline) signal(id.pid, 'SIGKILL');
    await after(25);
  }
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (e) {
    // Gone between the look and the signal: that is what the signal was for.
    if (!(e instanceof Error && 'code' in e && e.code === 'ESRCH')) throw e;
  }
}

function linuxStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The command name is in parentheses and may itself hold spaces and parentheses: count fields after the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function psStart(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '');
  } catch {
    return undefined;
  }
}
