import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/** A cable between a client and a server that a test can pull out. */
export interface Cable {
  readonly port: number;
  readonly host: string;
  /** Breaks every connection and refuses new ones until `mend`. */
  cut(): void;
  mend(): void;
  /** Connections open now. */
  open(): number;
  close(): Promise<void>;
}

/** Listens on a free loopback port and passes bytes to and from `target` while it is whole. */
export const cableTo = async (target: { readonly host: string; readonly port: number }): Promise<Cable> => {
  const pairs = new Set<readonly [Socket, Socket]>();
  let whole = true;
  const cutAll = (): void => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
  };
  const server = createServer(near => {
    if (!whole) {
      near.destroy();
      return;
    }
    const far = connect(target.port, target.host);
    const pair = [near, far] as const;
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const socket of pair) socket.on('error', end).on('close', end);
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    cut: () => {
      whole = false;
      cutAll();
    },
    mend: () => {
      whole = true;
    },
    open: () => pairs.size,
    close: () =>
      new Promise(resolve => {
        server.close(() => {
          resolve();
        });
        cutAll();
      }),
  };
};
