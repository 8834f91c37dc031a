import type { Kube, Time } from '../client/index.ts';
import { kubeOver, realTime } from '../client/index.ts';
import { FakeServer } from './server.ts';

export type { Call, Target } from './faults.ts';
export { FakeServer } from './server.ts';
export type { ManualTime } from './time.ts';
export { manualTime } from './time.ts';

/** The same port as a real client, over a server in memory that the test holds in its hand. */
export interface FakeKube extends Kube {
  readonly server: FakeServer;
}

/** A cluster in memory with an empty `default` namespace. Time is only used for injected delays and streams' ends. */
export const fakeKube = (options: { readonly cluster?: string; readonly time?: Time } = {}): FakeKube => {
  const server = new FakeServer(options.cluster ?? 'fake', options.time ?? realTime);
  return { ...kubeOver(server), server };
};
