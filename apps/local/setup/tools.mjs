// @ts-check
import { execFileSync } from 'node:child_process';
import { existsSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { SetupError } from './sentence.mjs';

export const NODE_AT_LEAST = 20;
export const GO_AT_LEAST = '1.26';

/** @param {string} version for example "20.20.2" @param {NodeJS.Platform} platform */
export function requireNode(version, platform) {
  if (platform === 'win32') throw new SetupError('Cadastre\'s local stack runs on Linux and macOS.', 'On Windows, clone and run it inside WSL 2.');
  if (Number(version.split('.')[0]) >= NODE_AT_LEAST) return;
  throw new SetupError(`This is Node ${version}; ${NODE_AT_LEAST} or newer is needed to begin (the pinned Node 26 comes through npm).`, 'Install a current Node from https://nodejs.org or your distribution, then run the command again.');
}

/**
 * The Go toolchain that builds the servers. Refuses with the remedy when it is missing or too old.
 * @param {(args: readonly string[]) => string} [go]
 * @returns {{ version: string, modCache: string, buildCache: string }}
 */
export function requireGo(go = runGo) {
  const remedy = `Install Go ${GO_AT_LEAST} or newer from https://go.dev/dl, or bring your own servers: KUBECONFIG=… NATS_URL=… npm start`;
  /** @type {string} */
  let answer;
  try {
    answer = go(['env', 'GOVERSION', 'GOMODCACHE', 'GOCACHE']);
  } catch {
    throw new SetupError(`Go is not on the PATH; it builds the Kubernetes, etcd, NATS and KWOK servers of the local stack.`, remedy);
  }
  const [version = '', modCache = '', buildCache = ''] = answer.trim().split('\n');
  if (!isAtLeast(version.replace(/^go/, ''), GO_AT_LEAST)) throw new SetupError(`Go ${version.replace(/^go/, '')} is too old: the servers need ${GO_AT_LEAST} or newer.`, remedy);
  return { version, modCache, buildCache };
}

/** GOTOOLCHAIN=local: what is installed, not what Go would download in its stead. @param {readonly string[]} args */
function runGo(args) {
  return execFileSync('go', args, { cwd: tmpdir(), encoding: 'utf8', env: { ...process.env, GOTOOLCHAIN: 'local' }, stdio: ['ignore', 'pipe', 'ignore'] });
}

/** @param {string} version @param {string} wanted */
export function isAtLeast(version, wanted) {
  const a = version.split('.').map((n) => Number.parseInt(n, 10));
  const b = wanted.split('.').map(Number);
  for (let i = 0; i < b.length; i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (Number.isNaN(difference)) return false;
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/**
 * @typedef {{ what: string, path: string, gigabytes: number }} Need
 * Refuses when a disk has less free than what is still to be built on it; needs on one disk add up.
 * @param {readonly Need[]} needs
 * @param {(path: string) => { disk: number | string, freeBytes: number }} [look]
 */
export function requireDisk(needs, look = lookAtDisk) {
  /** @type {Map<number | string, { free: number, needs: Need[] }>} */
  const disks = new Map();
  for (const need of needs) {
    const { disk, freeBytes } = look(need.path);
    const entry = disks.get(disk) ?? { free: freeBytes / 1e9, needs: [] };
    entry.needs.push(need);
    disks.set(disk, entry);
  }
  for (const { free, needs: here } of disks.values()) {
    const total = here.reduce((sum, n) => sum + n.gigabytes, 0);
    if (free >= total) continue;
    const list = here.map((n) => `${n.what} ${n.gigabytes.toFixed(1)} GB in ${n.path}`).join(', ');
    throw new SetupError(
      `Too little disk: ${total.toFixed(1)} GB are needed (${list}), ${free.toFixed(1)} GB are free.`,
      'Free some, or move the caches to another disk: CADASTRE_CACHE for the servers, GOMODCACHE and GOCACHE for Go, CADASTRE_STATE for the data.',
    );
  }
}

/** @param {string} path it need not exist yet: its nearest existing parent counts */
function lookAtDisk(path) {
  let at = path;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  const { bavail, bsize } = statfsSync(at);
  return { disk: statSync(at).dev, freeBytes: bavail * bsize };
}
