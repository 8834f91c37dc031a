// The development issuer: one process, two directories that share nothing but the process.
//   node apps/local/src/issuer/main.ts --state <folder> --tenant-port N --provider-port N
import { createServer, type Server } from 'node:http';
import { parseArgs } from 'node:util';
import { LOOPBACK } from '../host/ports.ts';
import { makeRealm } from './realm.ts';
import type { Realm } from './users.ts';

const { values } = parseArgs({ options: { state: { type: 'string' }, 'tenant-port': { type: 'string' }, 'provider-port': { type: 'string' } } });

async function serve(realm: Realm, port: number, folder: string): Promise<Server> {
  const provider = await makeRealm(realm, `http://${LOOPBACK}:${port}`, folder);
  provider.on('server_error', (_ctx, e) => { process.stderr.write(`${realm}: ${e.stack ?? e.message}\n`); });
  const answer = provider.callback();
  const server = createServer((request, response) => { void answer(request, response); });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => { resolve(); });
  });
  return server;
}

if (values.state === undefined) throw new Error('--state is needed');
const servers = [
  await serve('tenant', Number(values['tenant-port']), values.state),
  await serve('provider', Number(values['provider-port']), values.state),
];
process.once('SIGTERM', () => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
});
