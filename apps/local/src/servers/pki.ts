import 'reflect-metadata';
import { createPrivateKey, randomBytes, webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as x509 from '@peculiar/x509';
import { writeAtomic } from '../host/files.ts';
import { LOOPBACK } from '../host/ports.ts';
import { exists, type StateDir } from '../host/state-dir.ts';

/** A certificate on disk; `ca`, `cert` and `key` are PEM texts, the paths are what servers are given. */
export interface Credential {
  readonly certPath: string;
  readonly keyPath: string;
  readonly cert: string;
  readonly key: string;
}

export interface Pki {
  readonly caPath: string;
  readonly ca: string;
  /** Service account tokens are signed with this key, the API server's own. */
  readonly serviceAccounts: Credential;
  issue(subject: Subject): Promise<Credential>;
}

/** `name` is the file; for Kubernetes `user` is the user name (CN) and `groups` its groups (O). */
export interface Subject {
  readonly name: string;
  readonly user: string;
  readonly groups?: readonly string[];
  readonly use: 'server' | 'client' | 'both';
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const VALID_YEARS = 5;
/** Clocks in containers drift: a certificate that is valid only from this very second is refused by the next process. */
const BACKDATE_MS = 3_600_000;

/** The development authority of one stack: made once, kept in its state folder, trusted by nothing else. */
export async function openPki(dir: StateDir): Promise<Pki> {
  x509.cryptoProvider.set(webcrypto);
  const authority = await openAuthority(dir);
  const issue = async (subject: Subject): Promise<Credential> => {
    const paths = pathsOf(dir, subject.name);
    if (!exists(paths.certPath) || !exists(paths.keyPath)) await sign(authority, subject, paths);
    return read(paths);
  };
  return {
    caPath: authority.certPath,
    ca: authority.cert,
    serviceAccounts: await issue({ name: 'service-accounts', user: 'service-accounts', use: 'client' }),
    issue,
  };
}

async function openAuthority(dir: StateDir): Promise<Credential> {
  const paths = pathsOf(dir, 'ca');
  if (!exists(paths.certPath) || !exists(paths.keyPath)) {
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: serial(), name: 'CN=Cadastre local development authority', ...validity(), signingAlgorithm: ALGORITHM, keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign | x509.KeyUsageFlags.digitalSignature, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    await save(paths, keys.privateKey, certificate);
  }
  return read(paths);
}

async function sign(authority: Credential, subject: Subject, paths: Paths): Promise<void> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const issuer = new x509.X509Certificate(authority.cert);
  const uses = subject.use === 'both' ? [SERVER_AUTH, CLIENT_AUTH] : [subject.use === 'server' ? SERVER_AUTH : CLIENT_AUTH];
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: [...(subject.groups ?? []).map((o) => ({ O: [o] })), { CN: [subject.user] }],
    issuer: issuer.subject,
    ...validity(),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(uses),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      ...(subject.use === 'client' ? [] : [SERVER_NAMES]),
    ],
  });
  await save(paths, keys.privateKey, certificate);
}

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const SERVER_NAMES = new x509.SubjectAlternativeNameExtension([
  { type: 'ip', value: LOOPBACK },
  // The first address of the service range, which pods would use to reach the API server.
  { type: 'ip', value: '10.96.0.1' },
  ...['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'].map((value) => ({ type: 'dns' as const, value })),
]);

type Paths = Pick<Credential, 'certPath' | 'keyPath'>;

function pathsOf(dir: StateDir, name: string): Paths {
  return { certPath: dir.file('pki', `${name}.crt`), keyPath: dir.file('pki', `${name}.key`) };
}

function read(paths: Paths): Credential {
  return { ...paths, cert: readFileSync(paths.certPath, 'utf8'), key: readFileSync(paths.keyPath, 'utf8') };
}

async function save(paths: Paths, key: CryptoKey, certificate: x509.X509Certificate): Promise<void> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  // SEC1 for the key: kube-apiserver reads both forms for TLS, only this one everywhere a signing key is read.
  const pem = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({ format: 'pem', type: 'sec1' });
  writeAtomic(paths.keyPath, pem);
  writeAtomic(paths.certPath, `${certificate.toString('pem')}\n`, 0o644);
}

function importKey(pem: string): Promise<CryptoKey> {
  const der = createPrivateKey(pem).export({ format: 'der', type: 'pkcs8' });
  return webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, false, ['sign']);
}

function serial(): string {
  // A leading 0x40..0x7f byte keeps the DER integer positive and its length constant.
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

function validity(): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - BACKDATE_MS), notAfter: new Date(now + VALID_YEARS * 365 * 86_400_000) };
}
