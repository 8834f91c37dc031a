import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A time-stamping authority of OpenSSL's own, in a folder. */
export interface Authority {
  /** PEM file of its root, and of nothing else. */
  readonly caFile: string;
  /** A TimeStampResp to a TimeStampReq, both DER: `openssl ts -reply`. */
  reply(request: Uint8Array): Promise<Buffer>;
  /** A token over another TSTInfo's bytes, signed by a certificate of the same root that may sign code and not stamp. */
  forge(tstInfo: Uint8Array): Promise<Buffer>;
}

export interface AuthorityOptions {
  readonly key?: 'ec' | 'rsa';
  /** `YYYYMMDDHHMMSSZ`; default: from yesterday, for a month. */
  readonly valid?: { readonly from: string; readonly to: string };
}

const STAMPS = 'basicConstraints=critical,CA:false\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n';
const SIGNS_CODE = 'basicConstraints=critical,CA:false\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,codeSigning\n';

const configOf = (folder: string): string => `
[ca]
default_ca = root
[root]
database = ${folder}/index.txt
new_certs_dir = ${folder}
serial = ${folder}/ca-serial
certificate = ${folder}/ca.crt
private_key = ${folder}/ca.key
default_md = sha256
default_days = 30
policy = any
unique_subject = no
[any]
organizationName = optional
commonName = supplied
[req]
distinguished_name = name
[name]
[tsa]
default_tsa = stamp
[stamp]
serial = ${folder}/tsa-serial
signer_cert = ${folder}/tsa.crt
signer_key = ${folder}/tsa.key
certs = ${folder}/ca.crt
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_chain = no
`;

export const makeAuthority = async (folder: string, options: AuthorityOptions = {}): Promise<Authority> => {
  await mkdir(folder, { recursive: true });
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder });
  await Promise.all([writeFile(at('openssl.cnf'), configOf(folder)), writeFile(at('index.txt'), ''), writeFile(at('ca-serial'), '1000'), writeFile(at('tsa-serial'), '01')]);
  await openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', at('ca.key'), '-out', at('ca.crt'), '-days', '3650',
    '-subj', '/O=Test/CN=Racine de test', '-addext', 'basicConstraints=critical,CA:true', '-addext', 'keyUsage=critical,keyCertSign,cRLSign', '-config', at('openssl.cnf'));
  const issue = async (name: string, extensions: string): Promise<void> => {
    await writeFile(at(`${name}.ext`), extensions);
    const kind = options.key === 'rsa' ? ['-newkey', 'rsa:2048'] : ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
    await openssl('req', '-new', ...kind, '-nodes', '-keyout', at(`${name}.key`), '-out', at(`${name}.csr`), '-subj', `/O=Test/CN=${name}`, '-config', at('openssl.cnf'));
    const dates = options.valid === undefined ? [] : ['-startdate', options.valid.from, '-enddate', options.valid.to];
    await openssl('ca', '-batch', '-notext', '-config', at('openssl.cnf'), '-in', at(`${name}.csr`), '-out', at(`${name}.crt`), '-extfile', at(`${name}.ext`), ...dates);
  };
  await issue('tsa', STAMPS);
  await issue('code', SIGNS_CODE);
  let serial = 0;
  return {
    caFile: at('ca.crt'),
    reply: async request => {
      const [query, answer] = [at(`${String(++serial)}.tsq`), at(`${String(serial)}.tsr`)];
      await writeFile(query, request);
      await openssl('ts', '-reply', '-config', at('openssl.cnf'), '-queryfile', query, '-out', answer);
      return readFile(answer);
    },
    forge: async tstInfo => {
      await writeFile(at('forged.tst'), tstInfo);
      await openssl('cms', '-sign', '-binary', '-nodetach', '-cades', '-md', 'sha256', '-econtent_type', '1.2.840.113549.1.9.16.1.4',
        '-signer', at('code.crt'), '-inkey', at('code.key'), '-in', at('forged.tst'), '-outform', 'DER', '-out', at('forged.p7'));
      const granted = Buffer.from('3003020100', 'hex');
      return sequence(Buffer.concat([granted, await readFile(at('forged.p7'))]));
    },
  };
};

/** DER SEQUENCE of what is up to 64 KiB long. */
const sequence = (content: Buffer): Buffer => Buffer.concat([Buffer.from([0x30, 0x82, content.length >> 8, content.length & 0xff]), content]);

/** What `openssl ts -verify` says of a stored response over `bytes`: true when it accepts. */
export const opensslAccepts = async (folder: string, caFile: string, bytes: Uint8Array | string, response: Uint8Array): Promise<boolean> => {
  const [data, answer] = [join(folder, 'verify.bin'), join(folder, 'verify.tsr')];
  await Promise.all([writeFile(data, bytes), writeFile(answer, response)]);
  try {
    const { stdout } = await run('openssl', ['ts', '-verify', '-data', data, '-in', answer, '-CAfile', caFile]);
    return stdout.includes('Verification: OK');
  } catch {
    return false;
  }
};

/** Serves `POST /` as RFC 3161 §3.4 says; `answer` may be changed between two requests. */
export const serveAuthority = async (answer: (request: Buffer) => Promise<Buffer>): Promise<{ readonly url: string; close(): Promise<void> }> => {
  const server = createServer((request, response) => {
    void buffer(request).then(answer).then(
      body => response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(body),
      () => response.writeHead(500).end());
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${String(port)}/`,
    close: () => new Promise(done => {
      server.closeAllConnections();
      server.close(() => done());
    }),
  };
};
