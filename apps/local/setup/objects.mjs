// @ts-check
import { chmodSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { checksum } from './checksum.mjs';
import { run } from './command.mjs';
import { withLock } from './lock.mjs';
import { cacheFolder, ensureCache } from './servers.mjs';

/** Raise it when the way of building changes: it is part of the cache's checksum. */
const RECIPE = '1';

/**
 * An S3-compatible server for the specs, from a module of its own: the servers that the product stands on must not be built again because a test's server moved on.
 * Two builders at once: the second waits for the first and uses its result.
 * @param {string} root
 * @param {(text: string) => void} detail
 * @returns {Promise<string>} the path of the binary
 */
export async function objectsServer(root, detail) {
  const source = join(root, 'apps', 'local', 'servers', 'objects');
  const sum = checksum([join(source, 'go.mod'), join(source, 'go.sum')], [process.platform, process.arch, RECIPE]);
  const folder = join(cacheFolder(), 'servers', `objects-${sum.slice(0, 32)}`);
  ensureCache();
  await withLock(`${folder}.lock`, () => { detail('another process is building the same server'); }, async () => {
    if (existsSync(folder)) return;
    const draft = mkdtempSync(`${folder}.draft-`);
    try {
      await run('go', ['build', '-trimpath', '-ldflags', '-s -w', '-o', `${draft}/`, 'tool'], {
        cwd: source, env: { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOWORK: 'off', GOFLAGS: '-mod=readonly', GOOS: '', GOARCH: '' },
        remedy: 'Is the Go module proxy reachable (go env GOPROXY)? Is the disk full? The build takes about a minute on 2 cores.', onLine: detail,
      });
      chmodSync(draft, 0o755);
      renameSync(draft, folder);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  });
  return join(folder, 'versitygw');
}
