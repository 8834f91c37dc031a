import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checksum } from './checksum.mjs';
import { complete, missingOptional, type Lock } from './complete-lockfile.mjs';
import { isInstalled } from './dependencies.mjs';
import { withLock } from './lock.mjs';
import { SetupError } from './sentence.mjs';
import { kubernetesVersion } from './servers.mjs';
import { isAtLeast, requireDisk, requireGo, requireNode } from './tools.mjs';

let folder = '';
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'cadastre-setup-')); });
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

const refusal = (act: () => unknown): SetupError => {
  try {
    act();
  } catch (e) {
    if (e instanceof SetupError) return e;
    throw e;
  }
  throw new Error('nothing was refused');
};

describe('what is missing is said in one sentence with a remedy', () => {
  it('no Go on the PATH', () => {
    const said = refusal(() => requireGo(() => { throw new Error('ENOENT'); }));
    expect(said.message).toContain('Go is not on the PATH');
    expect(said.remedy).toContain('https://go.dev/dl');
    expect(said.remedy).toContain('KUBECONFIG');
  });

  it('a Go that is too old names its version and the one needed', () => {
    const said = refusal(() => requireGo(() => 'go1.24.3\n/mod\n/cache\n'));
    expect(said.message).toBe('Go 1.24.3 is too old: the servers need 1.26 or newer.');
  });

  it('a new enough Go tells where its caches are', () => {
    expect(requireGo(() => 'go1.26.8\n/mod\n/cache\n')).toEqual({ version: 'go1.26.8', modCache: '/mod', buildCache: '/cache' });
  });

  it.each([
    { version: '18.19.0', platform: 'linux' as const, says: 'This is Node 18.19.0' },
    { version: '26.1.0', platform: 'win32' as const, says: 'Linux and macOS' },
  ])('Node $version on $platform', ({ version, platform, says }) => {
    expect(refusal(() => { requireNode(version, platform); }).message).toContain(says);
  });

  it('needs on one disk add up, needs on two disks do not', () => {
    const needs = [{ what: 'modules', path: '/a', gigabytes: 1.5 }, { what: 'servers', path: '/b', gigabytes: 1 }];
    const two = (path: string) => ({ disk: path, freeBytes: 2e9 });
    const one = () => ({ disk: 1, freeBytes: 2e9 });
    requireDisk(needs, two);
    expect(refusal(() => { requireDisk(needs, one); }).message).toBe('Too little disk: 2.5 GB are needed (modules 1.5 GB in /a, servers 1.0 GB in /b), 2.0 GB are free.');
  });

  it.each([
    ['1.26', '1.26', true], ['1.26.8', '1.26', true], ['1.27rc1', '1.26', true], ['2.0', '1.26', true], ['1.25.9', '1.26', false], ['devel', '1.26', false],
  ])('version %s is at least %s: %s', (version, wanted, answer) => {
    expect(isAtLeast(version, wanted)).toBe(answer);
  });
});

describe('checksums', () => {
  it('two lists that run into the same bytes differ', () => {
    expect(checksum([], ['ab', 'c'])).not.toBe(checksum([], ['a', 'bc']));
  });

  it('a changed file changes the sum', () => {
    const file = join(folder, 'go.mod');
    writeFileSync(file, 'module a');
    const before = checksum([file], ['linux']);
    expect(checksum([file], ['linux'])).toBe(before);
    writeFileSync(file, 'module b');
    expect(checksum([file], ['linux'])).not.toBe(before);
  });

  it('the version of the API server is the one go.mod names', () => {
    expect(kubernetesVersion('require (\n\tk8s.io/kubectl v0.37.2\n\tk8s.io/kubernetes v1.37.2\n)')).toBe('v1.37.2');
    expect(refusal(() => kubernetesVersion('module x')).message).toContain('names no version');
  });
});

describe('an install is up to date when npm\'s own record says so', () => {
  const lock = (version: string): string => JSON.stringify({ packages: { '': {}, 'node_modules/a': { version }, 'node_modules/other-system': { version: '1.0.0', optional: true } } });
  const there = (version: string): void => {
    mkdirSync(join(folder, 'node_modules'), { recursive: true });
    writeFileSync(join(folder, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: { 'node_modules/a': { version } } }));
  };

  it('nothing installed: no', () => {
    writeFileSync(join(folder, 'package-lock.json'), lock('1.0.0'));
    expect(isInstalled(folder)).toBe(false);
  });

  it('installed by hand at the same versions: yes, and remembered until the lockfile changes', () => {
    writeFileSync(join(folder, 'package-lock.json'), lock('1.0.0'));
    there('1.0.0');
    expect(isInstalled(folder)).toBe(true);
    rmSync(join(folder, 'node_modules', '.package-lock.json'));
    expect(isInstalled(folder)).toBe(true);
    writeFileSync(join(folder, 'package-lock.json'), lock('1.0.1'));
    expect(isInstalled(folder)).toBe(false);
  });

  it('installed at another version: no', () => {
    writeFileSync(join(folder, 'package-lock.json'), lock('2.0.0'));
    there('1.0.0');
    expect(isInstalled(folder)).toBe(false);
  });
});

describe('a lockfile made behind a mirror that holds one platform only', () => {
  const lock: Lock = {
    packages: {
      'node_modules/a': { version: '1.0.0', dev: true, optionalDependencies: { '@a/linux-x64-gnu': '1.0.0', '@a/linux-arm64-musl': '1.0.0', '@a/darwin-arm64': '1.0.0' } },
      'node_modules/@a/linux-x64-gnu': { version: '1.0.0' },
      'libs/b/node_modules/c': { version: '2.0.0', optionalDependencies: { d: '^3.0.0' } },
      'libs/b/node_modules/d': { version: '3.1.0' },
    },
  };

  it('misses what its packages name and it does not have, looked up as Node does', () => {
    expect(missingOptional(lock).map((m) => m.name)).toEqual(['@a/linux-arm64-musl', '@a/darwin-arm64']);
  });

  it('is completed with entries that npm installs only on their platform', () => {
    const { packages } = complete(lock);
    expect(packages['node_modules/@a/darwin-arm64']).toEqual({ version: '1.0.0', cpu: ['arm64'], os: ['darwin'], dev: true, optional: true });
    expect(packages['node_modules/@a/linux-arm64-musl']).toEqual({ version: '1.0.0', cpu: ['arm64'], libc: ['musl'], os: ['linux'], dev: true, optional: true });
    expect(missingOptional({ packages })).toEqual([]);
  });

  it('is not the one of this checkout: npm ci would refuse it', () => {
    expect(missingOptional(JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock)).toEqual([]);
  });
});

describe('two builders of the same servers', () => {
  it('the second waits for the first', async () => {
    const path = join(folder, 'build.lock');
    const order: string[] = [];
    const gate = Promise.withResolvers<undefined>();
    const first = withLock(path, () => undefined, async () => {
      order.push('first begins');
      await gate.promise;
      order.push('first ends');
    });
    const waits = Promise.withResolvers<undefined>();
    const second = withLock(path, () => { waits.resolve(undefined); }, () => {
      order.push('second');
      return Promise.resolve();
    });
    await waits.promise;
    gate.resolve(undefined);
    await Promise.all([first, second]);
    expect(order).toEqual(['first begins', 'first ends', 'second']);
    expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
  });

  it('a lock whose holder has died is taken over', async () => {
    const path = join(folder, 'build.lock');
    mkdirSync(path);
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(path, longAgo, longAgo);
    expect(await withLock(path, () => undefined, () => Promise.resolve('done'))).toBe('done');
  });
});
