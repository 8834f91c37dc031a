import { ok } from '@cadastre/domain/core';
import type { Ask, Http } from './http.ts';
import type { KubeObject, Kind, Ref, Scope } from './kinds.ts';
import { apiVersionOf, collectionPath, nameOf, pathOf } from './kinds.ts';
import { LineSplitter } from './lines.ts';
import { CADASTRE } from './ownership.ts';
import type { About, Answer, StatusBody, Verb } from './problem.ts';
import { problem, problemOfStatus } from './problem.ts';
import { renderSelector } from './selector.ts';
import type { CallOptions, Page, PageOptions, Permission, ServerVersion, WatchEvent, WatchOptions, Wire } from './wire.ts';

interface ListBody<T> {
  readonly items: T[] | null;
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
}

/** The wire over HTTP. Paths and bodies only: retries, sockets and spans are `Http`'s. */
export const httpWire = (cluster: string, http: Http): Wire => {
  const about = (verb: Verb, object: string): About => ({ cluster, verb, object });
  const json = async <T>(ask: Ask): Promise<Answer<{ body: T; status: number }>> => {
    const sent = await http.send(ask);
    if (!sent.ok) return sent;
    try {
      return ok({ body: JSON.parse(sent.value.text) as T, status: sent.value.status });
    } catch {
      return problem(ask.about, 'SERVER_ERROR', 'the answer is not JSON: is this a Kubernetes API server?', { status: sent.value.status });
    }
  };
  const one = async <T>(ask: Ask): Promise<Answer<T>> => {
    const sent = await json<T>(ask);
    return sent.ok ? ok(sent.value.body) : sent;
  };
  return {
    cluster,
    version: options => one<ServerVersion>({ ...signalOf(options), about: about('probe', ''), kind: 'Version', method: 'GET', path: '/version' }),
    mayI: async (permission, options) => {
      const sent = await one<{ status?: { allowed?: boolean } }>({
        ...signalOf(options), about: about('probe', ''), kind: 'SelfSubjectAccessReview', method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', contentType: 'application/json', body: JSON.stringify(review(permission)),
      });
      return sent.ok ? ok(sent.value.status?.allowed === true) : sent;
    },
    read: (ref, options) => one({ ...signalOf(options), about: about('get', nameOf(ref)), kind: ref.kind.kind, method: 'GET', path: pathOf(ref) }),
    page: async <T extends KubeObject>(kind: Kind<T>, scope: Scope, options: PageOptions) => {
      const query = queryOf(scope, { limit: String(options.limit), ...(options.next === undefined ? {} : { continue: options.next }) });
      const sent = await one<ListBody<T>>({
        ...signalOf(options), about: about('list', kind.plural), kind: kind.kind, method: 'GET', path: `${collectionPath(kind, scope)}?${query}`,
      });
      return sent.ok ? ok(pageOf(kind, sent.value)) : sent;
    },
    patch: async <T extends KubeObject>(ref: Ref<T>, body: T, options: CallOptions & { readonly subresource?: 'status'; readonly force: boolean }) => {
      const sent = await json<T>({
        ...signalOf(options), about: about(options.subresource === undefined ? 'apply' : 'apply-status', nameOf(ref)), kind: ref.kind.kind, method: 'PATCH',
        path: `${pathOf(ref, options.subresource)}?fieldManager=${CADASTRE}&force=${options.force ? 'true' : 'false'}`,
        // JSON is YAML: the server wants this media type for server-side apply whichever of the two is sent.
        contentType: 'application/apply-patch+yaml', body: JSON.stringify(body),
      });
      return sent.ok ? ok({ object: sent.value.body, created: sent.value.status === 201 }) : sent;
    },
    remove: async (ref, options) => {
      const sent = await http.send({
        ...signalOf(options), about: about('delete', nameOf(ref)), kind: ref.kind.kind, method: 'DELETE', path: pathOf(ref), contentType: 'application/json',
        body: JSON.stringify({
          apiVersion: 'v1', kind: 'DeleteOptions', preconditions: options.preconditions, propagationPolicy: options.propagation,
          ...(options.graceSeconds === undefined ? {} : { gracePeriodSeconds: options.graceSeconds }),
        }),
      });
      return sent.ok ? ok(undefined) : sent;
    },
    watch: (kind, scope, options) => watch(http, about('watch', kind.plural), kind, scope, options),
    close: () => http.close(),
  };
};

const signalOf = (options: CallOptions): { signal?: AbortSignal } => (options.signal === undefined ? {} : { signal: options.signal });

const queryOf = (scope: Scope, more: Readonly<Record<string, string>>): string => {
  const selector = scope.labels === undefined ? '' : renderSelector(scope.labels);
  return new URLSearchParams({ ...more, ...(selector === '' ? {} : { labelSelector: selector }) }).toString();
};

const pageOf = <T extends KubeObject>(kind: Kind<T>, list: ListBody<T>): Page<T> => {
  const items = list.items ?? [];
  const apiVersion = apiVersionOf(kind);
  for (const item of items) { item.apiVersion = apiVersion; item.kind = kind.kind; }
  const next = list.metadata.continue;
  return { items, resourceVersion: list.metadata.resourceVersion, ...(next === undefined || next === '' ? {} : { next }) };
};

const review = (permission: Permission) => {
  const [resource, subresource] = permission.resource.split('/');
  return {
    apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview',
    spec: {
      resourceAttributes: {
        verb: permission.verb, group: permission.group, resource,
        ...(subresource === undefined ? {} : { subresource }), ...(permission.namespace === undefined ? {} : { namespace: permission.namespace }),
      },
    },
  };
};

interface RawEvent {
  readonly type: string;
  readonly object: KubeObject & StatusBody;
}

const watch = async <T extends KubeObject>(http: Http, about: About, kind: Kind<T>, scope: Scope, options: WatchOptions<T>): Promise<Answer<undefined>> => {
  const query = queryOf(scope, {
    watch: 'true', allowWatchBookmarks: 'true', resourceVersion: options.resourceVersion, timeoutSeconds: String(options.timeoutSeconds),
  });
  const lines = new LineSplitter();
  // The stream is given up at the first error event: what follows one is not promised to be in order.
  const stop = new AbortController();
  let failed: Answer<undefined> | undefined;
  const onLine = (line: string): void => {
    if (failed !== undefined || options.signal.aborted) return;
    const event = parseEvent<T>(about, line);
    if (event.ok) { options.onEvent(event.value); return; }
    failed = event;
    stop.abort();
  };
  const ended = await http.stream(
    { about, kind: kind.kind, method: 'GET', path: `${collectionPath(kind, scope)}?${query}`, signal: AbortSignal.any([options.signal, stop.signal]) },
    options.onAlive,
    bytes => { options.onAlive(); lines.push(bytes, onLine); },
  );
  return failed ?? ended;
};

const parseEvent = <T extends KubeObject>(about: About, line: string): Answer<WatchEvent<T>> => {
  let raw: RawEvent;
  try {
    raw = JSON.parse(line) as RawEvent;
  } catch {
    return problem(about, 'SERVER_ERROR', 'a watch event is not JSON');
  }
  switch (raw.type) {
    case 'ADDED': case 'MODIFIED': case 'DELETED': return ok({ type: raw.type, object: raw.object as unknown as T });
    case 'BOOKMARK': return ok({ type: 'BOOKMARK', resourceVersion: raw.object.metadata?.resourceVersion ?? '' });
    case 'ERROR': return problemOfStatus(about, raw.object.code ?? 500, JSON.stringify(raw.object));
    default: return problem(about, 'SERVER_ERROR', `unknown watch event ${raw.type}`);
  }
};
