import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { StackError } from './stack-error.ts';

export const LOOPBACK = '127.0.0.1';

/** A port the kernel says is free now. Another process may take it before we do: callers report that as a start failure. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, LOOPBACK, () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('the kernel gave no port'));
        else resolve(address.port);
      });
    });
  });
}

/** `count` different free ports: all probes stay open until the last one has its number. */
export async function freePorts(count: number): Promise<number[]> {
  const probes = await Promise.all(
    Array.from({ length: count }, () => new Promise<Server>((resolve, reject) => {
      const probe = createServer();
      probe.once('error', reject);
      probe.listen(0, LOOPBACK, () => { resolve(probe); });
    })),
  );
  const ports = probes.map((p) => {
    const address = p.address();
    if (address === null || typeof address === 'string') throw new Error('the kernel gave no port');
    return address.port;
  });
  await Promise.all(probes.map((p) => new Promise((resolve) => p.close(resolve))));
  return ports;
}

/** Refuses with a sentence that names the port, who holds it when that can be seen, and what to do. */
export async function requireFree(what: string, port: number): Promise<void> {
  const free = await new Promise<boolean>((resolve) => {
    const probe = createServer();
    probe.once('error', () => { resolve(false); });
    probe.listen(port, LOOPBACK, () => { probe.close(() => { resolve(true); }); });
  });
  if (free) return;
  const holder = holderOf(port);
  throw new StackError(
    'PORT_IN_USE',
    `Port ${port} on ${LOOPBACK}, meant for ${what}, is in use${holder === undefined ? '' : ` by ${holder}`}.`,
    `End that process, or move the whole stack: npm start -- --port-base ${port < 40_000 ? 14_000 : 24_000}`,
  );
}

/** "process 4242 (postgres)", or undefined where the system does not let us see it. Linux only: it reads /proc. */
export function holderOf(port: number): string | undefined {
  try {
    const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
    const sockets = ['/proc/net/tcp', '/proc/net/tcp6']
      .flatMap((path) => readFileSync(path, 'latin1').split('\n').slice(1))
      .map((line) => line.trim().split(/\s+/))
      .filter((f) => f[1]?.endsWith(wanted) === true && f[3] === '0A')
      .map((f) => `socket:[${f[9] ?? ''}]`);
    if (sockets.length === 0) return undefined;
    for (const pid of readdirSync('/proc').filter((n) => /^\d+$/.test(n))) {
      if (fileDescriptors(pid).some((target) => sockets.includes(target))) {
        return `process ${pid} (${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()})`;
      }
    }
  } catch {
    // No /proc here: the sentence stays true without the name.
  }
  return undefined;
}

function fileDescriptors(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`);
      } catch {
        return '';
      }
    });
  } catch {
    return [];
  }
}
