import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { ChildSpec } from '../host/child.ts';
import { writeAtomic } from '../host/files.ts';
import { healthy } from '../host/http.ts';
import { LOOPBACK } from '../host/ports.ts';
import { exists, type StateDir } from '../host/state-dir.ts';

export interface TimeAuthority {
  readonly spec: ChildSpec;
  readonly url: string;
  /** PEM file of the root that its tokens lead to. */
  readonly caFile: string;
}

const run = promisify(execFile);
const SUBJECT = '/O=Cadastre/CN=Autorite de developpement - development only';

/** The development time-stamping authority, or undefined when this machine has no openssl: then checkpoints are cosigned and not timestamped. */
export async function prepareTimeAuthority(dir: StateDir, options: { readonly root: string; readonly port: number }): Promise<TimeAuthority | undefined> {
  if (!(await opensslAnswers())) return undefined;
  const folder = dir.folder('tsa');
  if (!exists(dir.file('tsa', 'ready'))) await makeKeys(dir);
  return {
    url: `http://${LOOPBACK}:${options.port}/`,
    caFile: dir.file('tsa', 'ca.crt'),
    spec: {
      name: 'tsa',
      command: process.execPath,
      args: ['apps/local/src/tsa/main.ts', '--state', folder, '--port', String(options.port)],
      env: { PATH: process.env['PATH'] ?? '', NODE_NO_WARNINGS: '1' },
      cwd: options.root,
      ready: () => healthy(`http://${LOOPBACK}:${options.port}/livez`),
      startTimeoutMs: 30_000,
      stopSignal: 'SIGTERM',
      stopGraceMs: 5_000,
      remedy: 'Read the log named above; without it checkpoints are not timestamped.',
    },
  };
}

async function opensslAnswers(): Promise<boolean> {
  try {
    await run('openssl', ['version']);
    return true;
  } catch {
    return false;
  }
}

/** A root, and a certificate of it that may stamp and nothing else (RFC 3161 §2.3). `ready` is written last: a start that was killed half-way begins again. */
async function makeKeys(dir: StateDir): Promise<void> {
  const at = (name: string): string => dir.file('tsa', name);
  const config = at('openssl.cnf');
  writeAtomic(config, [
    '[req]', 'distinguished_name = name', '[name]',
    '[root]', 'basicConstraints = critical,CA:true', 'keyUsage = critical,keyCertSign,cRLSign', 'subjectKeyIdentifier = hash',
    '[stamp]', 'basicConstraints = critical,CA:false', 'keyUsage = critical,digitalSignature', 'extendedKeyUsage = critical,timeStamping', 'authorityKeyIdentifier = keyid',
    '[tsa]', 'default_tsa = local', '[local]', `serial = ${at('serial')}`, `signer_cert = ${at('stamp.crt')}`, `signer_key = ${at('stamp.key')}`, `certs = ${at('ca.crt')}`,
    'signer_digest = sha256', 'digests = sha256', 'default_policy = 1.3.6.1.4.1.99999.1', 'accuracy = secs:1', 'ess_cert_id_chain = no', '',
  ].join('\n'));
  for (const name of ['ca.crt', 'ca.key', 'stamp.crt', 'stamp.key', 'stamp.csr']) rmSync(at(name), { force: true });
  writeFileSync(at('serial'), '01\n');
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-config', config];
  await run('openssl', ['req', '-x509', ...key, '-extensions', 'root', '-days', '3650', '-subj', SUBJECT, '-keyout', at('ca.key'), '-out', at('ca.crt')]);
  await run('openssl', ['req', '-new', ...key, '-subj', `${SUBJECT} stamp`, '-keyout', at('stamp.key'), '-out', at('stamp.csr')]);
  await run('openssl', ['x509', '-req', '-in', at('stamp.csr'), '-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '1825', '-extfile', config, '-extensions', 'stamp', '-out', at('stamp.crt')]);
  writeAtomic(at('ready'), '');
}
