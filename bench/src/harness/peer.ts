import { run } from './run.ts';

/** A peer that cannot be had here; the figures that need it are skipped with this sentence, the others still run. */
export class NoPeer extends Error {}

/**
 * Debian packages of a peer, with apt. Only ever called by a benchmark: the product and its tests need none of them.
 * Throws NoPeer where there is no apt or where one may not install.
 */
export const installDebian = async (packages: readonly string[], signal: AbortSignal): Promise<void> => {
  const missing = [];
  for (const name of packages) if (!(await isInstalled(name, signal))) missing.push(name);
  if (missing.length === 0) return;
  const list = missing.join(' ');
  if (process.getuid?.() !== 0) throw new NoPeer(`the Debian packages ${list} are missing and only root can install them; as root: apt-get install --no-install-recommends ${list}`);
  try {
    const options = { signal, timeoutMs: 300_000, env: { DEBIAN_FRONTEND: 'noninteractive', PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } };
    await run('apt-get', ['update', '-qq'], options);
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], options);
  } catch (e) {
    signal.throwIfAborted();
    throw new NoPeer(`the Debian packages ${list} could not be installed: ${e instanceof Error ? e.message.split('\n').slice(0, 2).join(' ') : String(e)}`);
  }
};

const isInstalled = async (name: string, signal: AbortSignal): Promise<boolean> => (await versionOf(name, signal)) !== undefined;

/** The installed version of a Debian package. */
export const versionOf = async (name: string, signal: AbortSignal): Promise<string | undefined> => {
  try {
    const { stdout } = await run('dpkg-query', ['-W', '-f', '${db:Status-Status} ${Version}', name], { signal, timeoutMs: 10_000 });
    const [status, version] = stdout.trim().split(' ');
    return status === 'installed' ? version : undefined;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
};
