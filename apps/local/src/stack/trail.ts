import { execFile } from 'node:child_process';
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { ED25519, formatVkey, verifierKey } from '@cadastre/tlog';
import type { ChildSpec } from '../host/child.ts';
import { keep, writeAtomic } from '../host/files.ts';
import { healthy } from '../host/http.ts';
import { LOOPBACK } from '../host/ports.ts';
import { exists, type StateDir } from '../host/state-dir.ts';
import type { Ports } from './ports.ts';

/** Of every process of an embedded stack; a name that nobody can own (RFC 6761). */
export const AUDIT_ORIGIN = 'audit.cadastre.localhost';

/** What the sealed log of one stack stands on: keys and files in its state folder, made at the first start and kept. */
export interface TrailFiles {
  /** PKCS#8 PEM: the key of all logs. */
  readonly signerKey: string;
  /** What the signer signed last; it outlives the database. */
  readonly signerMemory: string;
  /** One line that notary and signer share. */
  readonly signerToken: string;
  /** Folder of the subject keys, and the one line that the keeper and who asks it share. */
  readonly subjectKeys: string;
  readonly keeperToken: string;
  /** tlog-policy: what the notary works under, and what an auditor passes as `--trust`. */
  readonly trust: string;
  /** What the monitor has verified; it outlives the database too. */
  readonly monitorState: string;
  /** Append-only folder of tiles, checkpoints and exports. */
  readonly storage: string;
  readonly storageUrl: string;
  readonly witnesses: readonly WitnessFiles[];
}

export interface WitnessFiles {
  readonly name: string;
  readonly key: string;
  readonly logs: string;
  readonly memory: string;
  readonly port: number;
  readonly url: string;
}

const run = promisify(execFile);
const WITNESSES = [{ name: 'witness-1', port: 'witness1' }, { name: 'witness-2', port: 'witness2' }] as const;

/** Two witnesses on one machine and of one hand warrant nothing to anybody: they show how it works, and the file says so. */
export async function openTrailFiles(dir: StateDir, root: string, ports: Ports): Promise<TrailFiles> {
  dir.folder('signer');
  dir.folder('monitor');
  const signerKey = dir.file('signer', 'key.pem');
  const pem = keep(signerKey, () => generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const publicKey = Uint8Array.from(createPublicKey(createPrivateKey(pem)).export({ format: 'der', type: 'spki' }).subarray(-32));
  const logVkey = formatVkey(verifierKey(AUDIT_ORIGIN, ED25519, publicKey));
  const signerToken = dir.file('signer', 'token');
  keep(signerToken, () => `${randomBytes(32).toString('hex')}\n`);
  const keeperToken = dir.file('keeper', 'token');
  keep(keeperToken, () => `${randomBytes(32).toString('hex')}\n`);
  const vkeys = await Promise.all(WITNESSES.map(({ name }) => openWitnessKey(dir, root, name)));
  const witnesses = WITNESSES.map(({ name, port }): WitnessFiles => {
    const logs = dir.file('witnesses', name, 'logs.txt');
    writeAtomic(logs, `${logVkey}\n`);
    return { name, key: dir.file('witnesses', name, 'key'), logs, memory: dir.folder('witnesses', name, 'memory'), port: ports[port], url: `http://${LOOPBACK}:${ports[port]}` };
  });
  const trust = dir.file('trust.txt');
  // Anew at each start: the addresses are those of this start.
  writeAtomic(trust, [
    '# Development keys: two witnesses on the machine that they watch warrant nothing to anybody.',
    '# Clés de développement : deux témoins sur la machine qu\'ils observent ne garantissent rien à personne.',
    `log ${logVkey}`,
    ...witnesses.map(({ name, url }, n) => `witness ${name} ${vkeys[n] ?? ''} ${url}`),
    `group both all ${witnesses.map((w) => w.name).join(' ')}`,
    'quorum both', '',
  ].join('\n'), 0o644);
  const storage = dir.folder('audit');
  return { signerKey, signerMemory: dir.file('signer', 'memory'), signerToken, subjectKeys: dir.folder('keeper', 'keys'), keeperToken, trust, monitorState: dir.file('monitor', 'memory.json'), storage, storageUrl: pathToFileURL(storage).href, witnesses };
}

/** The witness's own program makes its key, as it would elsewhere. The key is put in place last: a start that was killed half-way begins again. */
async function openWitnessKey(dir: StateDir, root: string, name: string): Promise<string> {
  dir.folder('witnesses', name);
  const [key, vkey, draft] = ['key', 'vkey', 'key.new'].map((file) => dir.file('witnesses', name, file)) as [string, string, string];
  if (!exists(key) || !exists(vkey)) {
    for (const left of [key, draft]) rmSync(left, { force: true });
    const { stdout } = await run(process.execPath, ['apps/cli/bin/cadastre.mjs', 'witness', 'init', '--key', draft, '--name', `${name}.${AUDIT_ORIGIN}`], { cwd: root, env: cliEnvironment() });
    writeAtomic(vkey, stdout);
    renameSync(draft, key);
  }
  return readFileSync(vkey, 'utf8').trim();
}

const cliEnvironment = (): Record<string, string> => ({ PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', NODE_NO_WARNINGS: '1', LC_ALL: 'en' });

export function witnessSpecs(files: TrailFiles, root: string): readonly ChildSpec[] {
  return files.witnesses.map(({ name, key, logs, memory, port, url }) => ({
    name,
    command: process.execPath,
    args: ['apps/cli/bin/cadastre.mjs', 'witness', 'serve', '--key', key, '--logs', logs, '--state', memory, '--listen', `${LOOPBACK}:${port}`],
    env: cliEnvironment(),
    cwd: root,
    ready: () => healthy(`${url}/readyz`),
    startTimeoutMs: 60_000,
    stopSignal: 'SIGTERM',
    stopGraceMs: 5_000,
    remedy: 'Read the log named above; without both witnesses checkpoints are not cosigned.',
  }));
}
