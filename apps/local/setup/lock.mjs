// @ts-check
import { mkdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';

const BEAT_MS = 1_000;
const STALE_MS = 20_000;

/**
 * Runs `work` while no other process does the same, across processes and across containers that share the folder.
 * A holder touches its lock every second; one that has not for 20 s is dead. Pids were rejected: they mean nothing in
 * another container, and a cache folder is often shared with one.
 * @template T
 * @param {string} path
 * @param {() => void} onWait called once when another holder is there
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, onWait, work) {
  mkdirSync(dirname(path), { recursive: true });
  let told = false;
  while (!take(path)) {
    if (isStale(path)) {
      rmSync(path, { recursive: true, force: true });
      continue;
    }
    if (!told) onWait();
    told = true;
    await after(250);
  }
  const beat = setInterval(() => {
    const now = new Date();
    try {
      utimesSync(path, now, now);
    } catch {
      // Someone removed the whole cache folder: the work itself will say so.
    }
  }, BEAT_MS);
  const drop = () => { rmSync(path, { recursive: true, force: true }); };
  // Ctrl-C ends the set-up with process.exit, which skips `finally`.
  process.once('exit', drop);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    process.removeListener('exit', drop);
    drop();
  }
}

/** @param {string} path */
function take(path) {
  try {
    mkdirSync(path);
    return true;
  } catch (e) {
    if (e instanceof Error && 'code' in e && e.code === 'EEXIST') return false;
    throw e;
  }
}

/** @param {string} path */
function isStale(path) {
  const at = statSync(path, { throwIfNoEntry: false });
  return at !== undefined && Date.now() - at.mtimeMs > STALE_MS;
}
