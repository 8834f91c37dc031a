import { expect } from 'vitest';
import type { Answer, Kind, Kube, KubeObject, Ref, Wire } from '../client/index.ts';
import { kubeOver } from '../client/index.ts';

/** Someone else with rights on the cluster: kubectl, a controller, a person. */
export interface Stranger {
  create<T extends KubeObject>(kind: Kind<T>, object: T): Promise<T>;
  update<T extends KubeObject>(ref: Ref<T>, change: (object: T) => void, subresource?: 'status'): Promise<T>;
  /** Deletes with no grace. */
  remove(ref: Ref): Promise<void>;
}

/** A cluster under test: the fake or a real API server, with the same hands on it. */
export interface Subject {
  readonly kube: Kube;
  readonly wire: Wire;
  readonly stranger: Stranger;
  /** An own namespace, ready for pods. */
  readonly namespace: string;
  /** Unique in the cluster, for names of cluster-wide objects. */
  readonly tag: string;
  /** Writes sent to the server so far. */
  writes(): number;
  /** Requests sent to the server so far. */
  requests(): number;
  close(): Promise<void>;
}

/** The same policy over a wire that counts: "no request was sent" is asserted on both subjects, not believed. */
export const counted = (wire: Wire): Pick<Subject, 'kube' | 'writes' | 'requests'> => {
  let reads = 0;
  let writes = 0;
  const kube = kubeOver({
    cluster: wire.cluster,
    version: o => { reads++; return wire.version(o); },
    mayI: (p, o) => { reads++; return wire.mayI(p, o); },
    read: (r, o) => { reads++; return wire.read(r, o); },
    page: (k, s, o) => { reads++; return wire.page(k, s, o); },
    patch: (r, b, o) => { writes++; return wire.patch(r, b, o); },
    remove: (r, o) => { writes++; return wire.remove(r, o); },
    watch: (k, s, o) => { reads++; return wire.watch(k, s, o); },
    close: () => wire.close(),
  });
  return { kube, writes: () => writes, requests: () => reads + writes };
};

/** The value, or a failed test that shows the problem. */
export const value = <T>(answer: Answer<T>): T => {
  if (!answer.ok) expect.fail(`expected an answer, got ${JSON.stringify(answer.error)}`);
  return answer.value;
};

/** The problem's code, or a failed test that shows the value. */
export const code = <T>(answer: Answer<T>): string => (answer.ok ? expect.fail(`expected a problem, got ${JSON.stringify(answer.value)}`) : answer.error.code);
