import { createHash } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Holds a folder for this process alone: two witnesses with one key and one memory could each cosign its own story between a look and a write. A bound
 * socket rather than a file with a process id: the system lets go of it when the process dies, however it dies. False when somebody else holds it.
 */
export const holdFolder = async (folder: string): Promise<false | { release(): void }> => {
  const { dev, ino } = statSync(folder);
  const name = `cadastre-witness-${createHash('sha256').update(`${String(dev)}:${String(ino)}`).digest('hex').slice(0, 24)}`;
  // Linux has names for sockets that are no files; elsewhere a file is left behind by a death, and a socket nobody answers on is one.
  const path = process.platform === 'linux' ? `\0${name}` : join(tmpdir(), name);
  const server = (await bind(path)) ?? ((await answers(path)) ? undefined : await bindAgain(path));
  return server === undefined ? false : { release: () => void server.close() };
};

const bind = (path: string): Promise<Server | undefined> =>
  new Promise((done, failed) => {
    const server = createServer(socket => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => { if (error.code === 'EADDRINUSE') done(undefined); else failed(error); });
    server.listen(path, () => {
      server.unref();
      done(server);
    });
  });

const answers = (path: string): Promise<boolean> =>
  new Promise(done => {
    const socket = connect(path);
    socket.once('connect', () => { socket.destroy(); done(true); });
    socket.once('error', () => { done(false); });
  });

const bindAgain = (path: string): Promise<Server | undefined> => {
  if (!path.startsWith('\0')) rmSync(path, { force: true });
  return bind(path);
};
