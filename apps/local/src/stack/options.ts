import type { Ports } from './ports.ts';

export interface StackOptions {
  /** The checkout: where `apps/` is. */
  readonly root: string;
  /** The stack's folder. Two living stacks never share one. */
  readonly state: string;
  readonly ports: Ports;
  /** The folder of the built servers; needed unless NATS and the cluster are brought from outside. */
  readonly servers: string | undefined;
  /** A PostgreSQL 16+ of one's own: a superuser's or owner's URL. Replaces the embedded one. */
  readonly databaseUrl?: string;
  /** A NATS server with JetStream. Replaces the embedded one. */
  readonly natsUrl?: string;
  /** A kubeconfig file. Replaces the embedded control plane. */
  readonly kubeconfig?: string;
  /** Ask Docker and kind for the cluster instead of the embedded control plane. */
  readonly cluster: 'embedded' | 'kind';
  /** Further environment of the product's processes, such as `CADASTRE_RESYNC_SECONDS` or `OTEL_…`. */
  readonly productEnv?: Readonly<Record<string, string>>;
  /** Where sentences for a person go. */
  readonly say: (line: string) => void;
  /** Aborted: the start is given up and everything already started is ended. */
  readonly signal?: AbortSignal;
}

/** `.cadastre/run.json`, for scripts. Written whole or not at all. */
export interface RunFile {
  readonly ready: boolean;
  /** Origins of the doors; GraphQL is at `/graphql` below them. */
  readonly tenantUrl: string;
  readonly providerUrl: string;
  readonly tenantIssuer: string;
  readonly providerIssuer: string;
  /** The superuser's or owner's URL of the product's database. */
  readonly databaseUrl: string;
  readonly natsUrl: string;
  /** The product's own, limited identity; `kubeconfigAdmin` is there when the cluster is ours. */
  readonly kubeconfig: string;
  readonly kubeconfigAdmin?: string;
  /** Origin of the audit logs. */
  readonly auditOrigin: string;
  /** File for `--trust`: development keys of the log and of the two witnesses. */
  readonly trustFile: string;
  /** Folder of tiles, checkpoints and exports. */
  readonly auditStorage: string;
  readonly witnessUrls: readonly string[];
  /** PEM file of the development time-stamping authority; absent without openssl. */
  readonly tsaCaFile?: string;
  /** Name → process id of every child alive, `stack` being the parent of all. */
  readonly pids: Readonly<Record<string, number>>;
}
