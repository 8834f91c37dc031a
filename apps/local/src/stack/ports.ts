import { freePorts } from '../host/ports.ts';
import { StackError } from '../host/stack-error.ts';

/** Every port a stack listens on, each on 127.0.0.1. The offset is added to the base (4000 by default). */
export const PORT_OFFSETS = {
  tenant: 0,
  provider: 1,
  tenantIssuer: 10,
  providerIssuer: 11,
  nats: 22,
  natsMonitor: 23,
  postgres: 32,
  etcd: 41,
  etcdPeer: 42,
  apiserver: 43,
  etcdMetrics: 44,
  // 4045 is left out: it is on the list of ports that browsers and `fetch` refuse.
  controllerManager: 46,
  scheduler: 47,
  kwok: 48,
  allocatorHealth: 51,
  controllerHealth: 52,
  signer: 61,
  signerHealth: 62,
  notaryHealth: 63,
  monitorHealth: 64,
  keeper: 65,
  keeperHealth: 66,
  kubeauditHealth: 67,
  witness1: 71,
  witness2: 72,
  tsa: 73,
} as const;

export type PortName = keyof typeof PORT_OFFSETS;
export type Ports = Readonly<Record<PortName, number>>;

export const DEFAULT_PORT_BASE = 4000;

const NAMES = Object.keys(PORT_OFFSETS).filter((name): name is PortName => name in PORT_OFFSETS);

/** Fixed ports, the ones the documentation names when the base is 4000. */
export function portsFrom(text: string): Ports {
  const base = Number(text);
  if (!Number.isInteger(base) || base < 1024 || base > 65_400) {
    throw new StackError('BAD_OPTION', `--port-base is "${text}": it must be a whole number from 1024 to 65400.`, 'For example: npm start -- --port-base 14000');
  }
  return record((name) => base + PORT_OFFSETS[name]);
}

/** Ports the kernel says are free: for tests, where several stacks run side by side. */
export async function anyPorts(): Promise<Ports> {
  const free = await freePorts(NAMES.length);
  return record((name) => {
    const port = free[NAMES.indexOf(name)];
    if (port === undefined) throw new Error(`no port for ${name}`);
    return port;
  });
}

function record(port: (name: PortName) => number): Ports {
  const entries: Partial<Record<PortName, number>> = {};
  for (const name of NAMES) entries[name] = port(name);
  return entries as Ports;
}
