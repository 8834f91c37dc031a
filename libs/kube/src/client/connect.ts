import { ok } from '@cadastre/domain/core';
import type { Answer } from './problem.ts';
import { problem } from './problem.ts';
import { Http, HTTP_LIMITS } from './http.ts';
import type { HttpLimits } from './http.ts';
import { httpWire } from './http-wire.ts';
import { parseKubeconfig } from './kubeconfig.ts';
import type { Kube, Probe } from './kube.ts';
import { kubeOver } from './kube.ts';
import type { Time } from './time.ts';
import { realTime } from './time.ts';
import type { Permission } from './wire.ts';

export interface ConnectOptions {
  /** How problems and spans name the cluster. */
  readonly cluster: string;
  readonly limits?: Partial<HttpLimits>;
  readonly time?: Time;
  readonly signal?: AbortSignal;
  /** Rights to ask for while connecting; what is missing is told in the answer, not a failure. */
  readonly permissions?: readonly Permission[];
}

export interface KubeClient extends Kube {
  /** What the cluster said when it was connected. */
  readonly probed: Probe;
}

/** The pieces of a client without having called the server yet. Only inline credentials are accepted (`BAD_KUBECONFIG` otherwise). */
export const openHttp = (kubeconfigYaml: string, options: ConnectOptions): Answer<Http> => {
  const target = parseKubeconfig(kubeconfigYaml);
  const about = { cluster: options.cluster, verb: 'connect', object: '' } as const;
  if (!target.ok) return problem(about, 'BAD_KUBECONFIG', target.error);
  return ok(new Http(target.value, { ...HTTP_LIMITS, ...options.limits }, options.time ?? realTime));
};

/** A client for the cluster even when it does not answer now: for controllers, which outlive outages. */
export const openCluster = (kubeconfigYaml: string, options: ConnectOptions): Answer<Kube> => {
  const http = openHttp(kubeconfigYaml, options);
  return http.ok ? ok(kubeOver(httpWire(options.cluster, http.value))) : http;
};

/** A client for a cluster that has answered; nothing is left open when it did not (`UNREACHABLE`, `BAD_CERTIFICATE`, `UNAUTHORISED`…). */
export const connectCluster = async (kubeconfigYaml: string, options: ConnectOptions): Promise<Answer<KubeClient>> => {
  const opened = openCluster(kubeconfigYaml, options);
  if (!opened.ok) return opened;
  const probed = await opened.value.probe(options.permissions ?? [], options.signal === undefined ? {} : { signal: options.signal });
  if (probed.ok) return ok({ ...opened.value, probed: probed.value });
  await opened.value.close();
  return probed;
};
