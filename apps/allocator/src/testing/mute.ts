import { createServer, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface MutableLine {
  /** The superuser's URL through the line. */
  readonly url: string;
  /** The server hears, and its answers are lost. */
  mute(): void;
  /** Breaks what is open, and lets new connections speak and hear. */
  reset(): void;
  close(): Promise<void>;
}

/** A line to a server whose answers can be lost while its requests arrive: what makes the outcome of a commit unknown. */
export const lineTo = async (target: string): Promise<MutableLine> => {
  const to = new URL(target);
  const open = new Set<Socket>();
  let muted = false;
  const server = createServer(client => {
    const upstream = connect(Number(to.port), to.hostname);
    for (const s of [client, upstream]) {
      open.add(s);
      s.on('error', () => undefined);
      s.on('close', () => { open.delete(s); client.destroy(); upstream.destroy(); });
    }
    client.on('data', bytes => upstream.write(bytes));
    upstream.on('data', bytes => { if (!muted) client.write(bytes); });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(target);
  url.port = String((server.address() as AddressInfo).port);
  const cut = (): void => { for (const s of open) s.destroy(); };
  return {
    url: url.href,
    mute: () => { muted = true; },
    reset: () => { muted = false; cut(); },
    close: () => new Promise(resolve => { cut(); server.close(() => { resolve(); }); }),
  };
};
