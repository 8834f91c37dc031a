import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export interface Identity {
  readonly key: Buffer;
  readonly cert: Buffer;
  /** What a client trusts. */
  readonly ca: string;
}
/** A certificate of `localhost` that signs itself. */
export const selfSigned = (): Identity => {
  const folder = mkdtempSync(join(tmpdir(), 'cadastre-tls-'));
  const [key, cert] = [join(folder, 'k.pem'), join(folder, 'c.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'], { stdio: 'ignore' });
  const made = { key: readFileSync(key), cert: readFileSync(cert), ca: readFileSync(cert, 'utf8') };
  rmSync(folder, { recursive: true });
  return made;
};

/** An HTTPS receiver of events: what it took, and how it answers. */
export interface Receiver {
  readonly bodies: readonly { readonly body: string; readonly headers: NodeJS.Dict<string | string[]> }[];
  readonly port: number;
  close(): Promise<void>;
}
/** `answer`: the status of the n-th request, from 0. `port`: another one's, that is away. */
export const openReceiver = async ({ key, cert }: Identity, answer: (n: number) => number, port = 0): Promise<Receiver> => {
  const bodies: { readonly body: string; readonly headers: NodeJS.Dict<string | string[]> }[] = [];
  const server = createServer({ key, cert }, (req, res) => {
    void text(req).then(body => {
      const status = answer(bodies.length);
      bodies.push({ body, headers: req.headers });
      res.writeHead(status, status === 302 ? { location: 'https://127.0.0.1:1/' } : {}).end();
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { bodies, port: (server.address() as AddressInfo).port, close: async () => { server.closeAllConnections(); server.close(); await once(server, 'close'); } };
};
