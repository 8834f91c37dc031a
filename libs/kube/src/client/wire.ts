import type { KubeObject, Kind, Ref, Scope } from './kinds.ts';
import type { Answer } from './problem.ts';

/** Every call can be given up; a problem `CANCELLED` comes back, never an exception. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface ServerVersion {
  readonly gitVersion: string;
  readonly major: string;
  readonly minor: string;
}

/** One right to ask about with a SelfSubjectAccessReview. `resource` is the plural, with `/status` for a subresource. */
export interface Permission {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'patch' | 'update' | 'delete';
  readonly group: string;
  readonly resource: string;
  readonly namespace?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
  /** Present when more pages follow. */
  readonly next?: string;
}

export interface PageOptions extends CallOptions {
  /** Objects a page. 500 keeps the parse of a page of pods under 10 ms. */
  readonly limit: number;
  readonly next?: string;
}

export type WatchEvent<T> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string };

export interface WatchOptions<T> {
  readonly resourceVersion: string;
  readonly signal: AbortSignal;
  /** Seconds after which the server ends the stream by itself. */
  readonly timeoutSeconds: number;
  /** Called in order, synchronously: an iterator would cost a promise an event. */
  readonly onEvent: (event: WatchEvent<T>) => void;
  /** Called when the stream opens and on every sign of life, event or not. */
  readonly onAlive: () => void;
}

export interface Patched<T> {
  readonly object: T;
  readonly created: boolean;
}

export interface RemoveOptions extends CallOptions {
  readonly preconditions: { readonly uid: string; readonly resourceVersion?: string };
  readonly propagation: 'Background' | 'Foreground' | 'Orphan';
  readonly graceSeconds?: number;
}

/**
 * The API server's own verbs, without our policy. Two subjects speak it: the HTTP client and the in-memory server of
 * `@cadastre/kube/fake`. Ownership, no-op writes and guards live above, in `kubeOver`, once for both.
 */
export interface Wire {
  readonly cluster: string;
  version(options: CallOptions): Promise<Answer<ServerVersion>>;
  mayI(permission: Permission, options: CallOptions): Promise<Answer<boolean>>;
  read<T extends KubeObject>(ref: Ref<T>, options: CallOptions): Promise<Answer<T>>;
  page<T extends KubeObject>(kind: Kind<T>, scope: Scope, options: PageOptions): Promise<Answer<Page<T>>>;
  /** Server-side apply by field manager `cadastre`. */
  patch<T extends KubeObject>(ref: Ref<T>, body: T, options: CallOptions & { readonly subresource?: 'status'; readonly force: boolean }): Promise<Answer<Patched<T>>>;
  remove(ref: Ref, options: RemoveOptions): Promise<Answer<undefined>>;
  /** Resolves when the stream ends: `ok` when the server closed it, a problem otherwise (`GONE` asks for a new list). */
  watch<T extends KubeObject>(kind: Kind<T>, scope: Scope, options: WatchOptions<T>): Promise<Answer<undefined>>;
  close(): Promise<void>;
}
