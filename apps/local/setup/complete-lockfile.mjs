// @ts-check
// A registry mirror that holds only its own platform's packages makes npm leave the others out of package-lock.json, and
// `npm ci` then refuses the file everywhere. This writes the missing optional entries back, from what their parents say:
//   node apps/local/setup/complete-lockfile.mjs
// An added entry has no integrity (nothing was downloaded): npm checks those it installs against the registry's own.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const OS = ['linux', 'darwin', 'win32', 'freebsd', 'android', 'openharmony'];
const CPU = ['x64', 'arm64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64'];

/**
 * @typedef {{ version?: string, optional?: boolean, dev?: boolean, os?: string[], cpu?: string[], libc?: string[], optionalDependencies?: Record<string, string> }} Entry
 * @typedef {{ packages: Record<string, Entry> }} Lock
 */

/** Optional packages that some package names and the lockfile does not have. @param {Lock} lock */
export function missingOptional(lock) {
  return Object.entries(lock.packages).flatMap(([parent, entry]) => Object.entries(entry.optionalDependencies ?? {})
    .filter(([name]) => !isThere(lock, parent, name))
    .map(([name, version]) => ({ path: `node_modules/${name}`, parent, name, version, dev: entry.dev === true })));
}

/** As Node looks it up: beside the parent's own packages, then in each folder above. @param {Lock} lock @param {string} parent @param {string} name */
function isThere(lock, parent, name) {
  for (let at = parent; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (lock.packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`] !== undefined) return true;
    if (at === '') return false;
  }
}

/** @param {Lock} lock @returns {Lock} */
export function complete(lock) {
  const packages = { ...lock.packages };
  for (const { path, name, version, dev } of missingOptional(lock)) {
    // Ranges would need the registry; the platform packages this is about are always named by exact version.
    if (!/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version)) continue;
    packages[path] = { version, ...platformOf(name), ...(dev ? { dev: true } : {}), optional: true };
  }
  const sorted = Object.keys(packages).sort((a, b) => a.localeCompare(b, 'en')).map((path) => [path, packages[path]]);
  return { ...lock, packages: Object.fromEntries(sorted) };
}

/** "@nx/nx-linux-arm64-musl" → linux, arm64, musl. @param {string} name */
function platformOf(name) {
  const words = name.split(/[/-]/);
  const os = OS.filter((o) => words.includes(o));
  const cpu = CPU.filter((c) => words.includes(c) || (c === 'arm' && words.some((w) => /^(gnueabihf|musleabihf|eabi)$/.test(w))));
  const libc = words.some((w) => w.startsWith('musl')) ? ['musl'] : words.some((w) => w.startsWith('gnu')) ? ['glibc'] : [];
  return { ...(cpu.length > 0 ? { cpu } : {}), ...(libc.length > 0 && os.includes('linux') ? { libc } : {}), ...(os.length > 0 ? { os } : {}) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = readFileSync('package-lock.json', 'utf8');
  const lock = JSON.parse(text);
  const missing = missingOptional(lock);
  if (missing.length > 0) writeFileSync('package-lock.json', `${JSON.stringify(complete(lock), null, 2)}\n`);
  process.stdout.write(`${missing.length} optional packages were missing\n${missing.map((m) => `  ${m.name}@${m.version}\n`).join('')}`);
}
