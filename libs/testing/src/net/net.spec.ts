import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { cableTo, type Cable } from './index.ts';

const echo = createServer(socket => { socket.on('error', () => undefined).pipe(socket); });
let cable: Cable | undefined;
afterEach(async () => {
  await cable?.close();
  echo.close();
});

describe('a cable', () => {
  it('carries bytes, breaks when cut, refuses until it is mended', async () => {
    echo.listen(0, '127.0.0.1');
    await once(echo, 'listening');
    cable = await cableTo({ host: '127.0.0.1', port: (echo.address() as AddressInfo).port });
    const line = connect(cable.port, cable.host);
    line.on('error', () => undefined);
    line.write('hello');
    expect(String(await once(line, 'data').then(([data]: unknown[]) => data))).toBe('hello');
    cable.cut();
    await once(line, 'close');
    const refused = connect(cable.port, cable.host);
    refused.on('error', () => undefined);
    await once(refused, 'close');
    expect(cable.open()).toBe(0);
    cable.mend();
    const again = connect(cable.port, cable.host);
    again.write('back');
    expect(String(await once(again, 'data').then(([data]: unknown[]) => data))).toBe('back');
  });
});
