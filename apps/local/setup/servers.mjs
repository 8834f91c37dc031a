// @ts-check
import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { checksum } from './checksum.mjs';
import { run } from './command.mjs';
import { withLock } from './lock.mjs';
import { SetupError } from './sentence.mjs';

/** Raise it when the way of building changes: it is part of the cache's checksum. */
const RECIPE = '1';

/** KWOK's own behaviour for simulated nodes and pods; it does nothing without them. */
const KWOK_STAGES = [
  'node/fast/node-initialize.yaml',
  'node/heartbeat-with-lease/node-heartbeat-with-lease.yaml',
  'pod/fast/pod-complete.yaml',
  'pod/fast/pod-delete.yaml',
  'pod/fast/pod-ready.yaml',
];

/**
 * Where the servers of this checkout's go.mod belong. The Go version is not part of the sum: the same sources make the
 * same servers, and a machine with warm binaries then needs no Go at all.
 * @param {string} root
 */
export function serversFolder(root) {
  const source = join(root, 'apps', 'local', 'servers');
  const sum = checksum([join(source, 'go.mod'), join(source, 'go.sum')], [process.platform, process.arch, RECIPE]);
  return join(cacheFolder(), 'servers', sum.slice(0, 32));
}

export function cacheFolder() {
  return process.env['CADASTRE_CACHE'] ?? join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'cadastre');
}

/** Present means whole: the folder gets its name only when everything is in it. @param {string} root */
export function areBuilt(root) {
  return existsSync(serversFolder(root));
}

/**
 * Builds every server of go.mod. Two builders at once: the second waits for the first and uses its result.
 * @param {string} root
 * @param {(text: string) => void} detail
 */
export async function buildServers(root, detail) {
  const folder = serversFolder(root);
  await withLock(`${folder}.lock`, () => { detail('another process is building the same servers'); }, async () => {
    if (existsSync(folder)) return;
    const draft = mkdtempSync(`${folder}.draft-`);
    try {
      await build(join(root, 'apps', 'local', 'servers'), draft, detail);
      // mkdtemp closes the folder to others; a cache may be shared.
      chmodSync(draft, 0o755);
      renameSync(draft, folder);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  });
}

/** @param {string} source @param {string} target @param {(text: string) => void} detail */
async function build(source, target, detail) {
  const version = kubernetesVersion(readFileSync(join(source, 'go.mod'), 'utf8'));
  const [major = '', minor = ''] = version.slice(1).split('.');
  const stamp = 'k8s.io/component-base/version';
  const flags = ['-s', '-w', '-X', `${stamp}.gitVersion=${version}`, '-X', `${stamp}.gitMajor=${major}`, '-X', `${stamp}.gitMinor=${minor}`, '-X', `${stamp}.gitTreeState=clean`];
  const env = { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOWORK: 'off', GOFLAGS: '-mod=readonly', GOOS: '', GOARCH: '' };
  const remedy = 'Is the Go module proxy reachable (go env GOPROXY)? Is the disk full? The build takes about 8 minutes on 2 cores and continues where it stopped.';
  let packages = 0;
  await run('go', ['build', '-v', '-trimpath', '-ldflags', flags.join(' '), '-o', `${target}/`, 'tool'], {
    cwd: source, env, remedy,
    onLine: (line) => {
      packages += line.startsWith('go: ') ? 0 : 1;
      detail(line.startsWith('go: ') ? line : `${packages} packages compiled, ${line}`);
    },
  });
  renameSync(join(target, 'server'), join(target, 'etcd'));
  const kwok = (await run('go', ['list', '-m', '-f', '{{.Dir}}', 'sigs.k8s.io/kwok'], { cwd: source, env, remedy })).trim();
  writeFileSync(join(target, 'kwok-stages.yaml'), '');
  for (const stage of KWOK_STAGES) appendFileSync(join(target, 'kwok-stages.yaml'), `---\n${readFileSync(join(kwok, 'kustomize', 'stage', stage), 'utf8')}`);
  requireAll(target);
}

/** @param {string} target */
function requireAll(target) {
  const missing = ['nats-server', 'etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok'].filter((name) => !existsSync(join(target, name)));
  if (missing.length > 0) throw new SetupError(`go build left out ${missing.join(', ')}.`, 'Does apps/local/servers/go.mod still name them as tools?');
}

/** The API server tells clients this version, and they parse it. @param {string} goMod */
export function kubernetesVersion(goMod) {
  const version = /^\s*k8s\.io\/kubernetes (v\d+\.\d+\.\d+)/m.exec(goMod)?.[1];
  if (version === undefined) throw new SetupError('apps/local/servers/go.mod names no version of k8s.io/kubernetes.', 'Restore it from version control.');
  return version;
}

/** Makes the parent folder of the cache, so that a first lock has a place. */
export function ensureCache() {
  mkdirSync(join(cacheFolder(), 'servers'), { recursive: true });
}
