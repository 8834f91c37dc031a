// @ts-check
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checksum } from './checksum.mjs';
import { run } from './command.mjs';
import { SetupError } from './sentence.mjs';

const STAMP = join('node_modules', '.cadastre-lock');

/** True when what is in node_modules is what package-lock.json says. @param {string} root */
export function isInstalled(root) {
  const wanted = checksum([join(root, 'package-lock.json')]);
  if (readText(join(root, STAMP)) === wanted) return true;
  // Someone ran npm themselves: believe npm's own record of what it installed, and remember that we looked.
  if (!matchesRecord(root)) return false;
  stamp(root, wanted);
  return true;
}

/** @param {string} root @param {(text: string) => void} detail */
export async function install(root, detail) {
  const npm = process.env['npm_execpath'];
  const [command, before] = npm !== undefined && npm.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  // Each flag undoes a user's own .npmrc or NODE_ENV that would leave the install without a part that we need.
  const args = [...before, 'ci', '--include=dev', '--include=optional', '--ignore-scripts=false', '--no-audit', '--no-fund', '--loglevel=warn'];
  await run(command, args, {
    cwd: root, env: { ...process.env, NODE_ENV: '' },
    onLine: (line) => { if (!line.startsWith('npm warn')) detail(line); },
    // npm says why first, and then its whole usage.
    isReason: (line) => /^npm error (code|Missing|Invalid|network|[`A-Z0-9])/.test(line) && !/^npm error (Options|Usage|Run|Clean|A complete)/.test(line),
    remedy: 'Is the npm registry reachable (npm ping)? If it says that package-lock.json is not in sync: npm install, then node apps/local/setup/complete-lockfile.mjs',
  });
  stamp(root, checksum([join(root, 'package-lock.json')]));
}

/** The pinned Node that runs everything after the set-up. @param {string} root */
export function pinnedNode(root) {
  const path = join(root, 'node_modules', '.bin', 'node');
  if (existsSync(path)) return path;
  throw new SetupError('node_modules has no pinned Node: its install script did not run.', 'Run: npm rebuild node --ignore-scripts=false');
}

/**
 * npm's hidden lockfile lists what is really there. Packages for other systems are rightly absent from it.
 * @param {string} root
 */
function matchesRecord(root) {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const there = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || there === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/') || entry.link === true) return true;
    const found = there[path];
    return found === undefined ? entry.optional === true || entry.devOptional === true || entry.peer === true : found.version === entry.version;
  });
}

/**
 * @typedef {{ version?: string, link?: boolean, optional?: boolean, devOptional?: boolean, peer?: boolean }} LockEntry
 * @param {string} path
 * @returns {Record<string, LockEntry> | undefined}
 */
function packagesOf(path) {
  const text = readText(path);
  return text === undefined ? undefined : JSON.parse(text).packages;
}

/** @param {string} root @param {string} sum */
function stamp(root, sum) {
  const path = join(root, STAMP);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, sum);
}

/** @param {string} path */
function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
