import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from '@cadastre/platform/log';
import { base64 } from '@cadastre/tlog';
import { askedOf, BadRequest, statementOf } from './ask.ts';
import type { Refusal } from './judge.ts';
import type { Remembered } from './memory.ts';
import type { Signed, Signer } from './signer.ts';

const MOST_BYTES = 8 * 1_048_576;

interface Answer {
  readonly status: number;
  readonly body: unknown;
}
const sentence = (status: number, error: string): Answer => ({ status, body: { error } });

const treeOf = ({ origin, size, root }: Remembered): object => ({ origin, size: Number(size), root: base64(root) });
const refusalOf = (refusal: Refusal): object => ({
  code: refusal.code, origin: refusal.origin, ...('size' in refusal ? { size: Number(refusal.size), root: base64(refusal.root) } : {}),
});
const signed = (outcome: Signed): Answer => (outcome.ok ? { status: 200, body: { notes: outcome.notes } } : { status: 409, body: refusalOf(outcome.refusal) });

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MOST_BYTES) throw new BadRequest(`the request has more than ${String(MOST_BYTES)} bytes`);
    parts.push(part);
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts))) as unknown;
  } catch {
    throw new BadRequest('the request is no JSON in UTF-8');
  }
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const mayAsk = (request: IncomingMessage, token: Buffer): boolean => timingSafeEqual(digest(request.headers.authorization ?? ''), token);

const ROUTES: Readonly<Record<string, 'GET' | 'POST'>> = { '/key': 'GET', '/memory': 'GET', '/sign': 'POST', '/statement': 'POST' };

const answerTo = async (signer: Signer, request: IncomingMessage): Promise<Answer> => {
  const url = new URL(request.url ?? '/', 'http://signer');
  const method = ROUTES[url.pathname];
  if (method === undefined) return sentence(404, 'there is GET /key, GET /memory, POST /sign and POST /statement');
  if (request.method !== method) return sentence(405, `${url.pathname} takes ${method}`);
  switch (url.pathname) {
    case '/key':
      return { status: 200, body: { vkey: signer.vkey } };
    case '/memory': {
      const origin = url.searchParams.get('origin');
      if (origin === null) return { status: 200, body: { trees: signer.allRemembered().map(treeOf) } };
      const tree = signer.remembered(origin);
      return tree === undefined ? sentence(404, 'nothing was signed for this origin') : { status: 200, body: treeOf(tree) };
    }
    case '/sign':
      return signed(await signer.sign(askedOf(await bodyOf(request))));
    default:
      return signed(await signer.state(statementOf(await bodyOf(request))));
  }
};

const answer = async (signer: Signer, token: Buffer, log: Logger, request: IncomingMessage): Promise<Answer> => {
  if (!mayAsk(request, token)) return sentence(401, 'the signer answers to the bearer of its token');
  try {
    return await answerTo(signer, request);
  } catch (error) {
    if (error instanceof BadRequest) return sentence(400, error.message);
    log.error({ err: error }, 'the signer could not answer');
    return sentence(500, 'the signer could not sign; its log says why');
  }
};

export interface SignerServer {
  readonly url: string;
  close(): Promise<void>;
}

/** The signer over HTTP, for one notary on this machine or a private network. Rejects when the port is taken. */
export const serveSigner = async (signer: Signer, where: { readonly host: string; readonly port: number; readonly token: string; readonly log: Logger }): Promise<SignerServer> => {
  const token = digest(`Bearer ${where.token}`);
  const server = createServer({ requestTimeout: 30_000 }, (request: IncomingMessage, response: ServerResponse) => {
    void answer(signer, token, where.log, request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...(request.complete ? {} : { connection: 'close' }) });
      response.end(`${JSON.stringify(body)}\n`);
    });
  });
  const listening = Promise.withResolvers<undefined>();
  server.once('error', listening.reject);
  server.listen(where.port, where.host, () => { listening.resolve(undefined); });
  await listening.promise;
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${where.host.includes(':') ? `[${where.host}]` : where.host}:${String(port)}`,
    close: async () => {
      const closed = Promise.withResolvers<undefined>();
      server.close(() => { closed.resolve(undefined); });
      server.closeIdleConnections();
      await closed.promise;
    },
  };
};
