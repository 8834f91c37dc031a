import { readFileSync } from 'node:fs';
import { vi } from 'vitest';
import type { KubeObject, Ref } from '../client/index.ts';
import { collectionPath, NAMESPACES, nameOf, pathOf, refOf, SERVICE_ACCOUNTS } from '../client/index.ts';
import { openHttp } from '../client/connect.ts';
import type { Http } from '../client/http.ts';
import { httpWire } from '../client/http-wire.ts';
import type { Stranger, Subject } from './subject.ts';
import { counted, value } from './subject.ts';
import { conformance } from './suite.ts';

const QUERY = 'fieldManager=stranger';

const strangerOver = (http: Http): Stranger => {
  const answerOf = (ref: Ref, method: 'POST' | 'PUT' | 'GET' | 'DELETE', path: string, body?: object) =>
    http.send({
      about: { cluster: 'real', verb: 'apply', object: nameOf(ref) }, kind: ref.kind.kind, method, path,
      ...(body === undefined ? {} : { contentType: 'application/json', body: JSON.stringify(body) }),
    });
  const send = async <T>(...request: Parameters<typeof answerOf>): Promise<T> => JSON.parse(value(await answerOf(...request)).text) as T;
  return {
    create: (kind, object) => {
      const ref = refOf(kind, object);
      return send(ref, 'POST', `${collectionPath(kind, ref)}?${QUERY}`, { ...object, apiVersion: kind.group === '' ? kind.version : `${kind.group}/${kind.version}`, kind: kind.kind });
    },
    update: async <T extends KubeObject>(ref: Ref<T>, change: (object: T) => void, subresource?: 'status') => {
      // As every client of an optimistic lock must: the controller manager taints a new node while a stranger changes it.
      for (;;) {
        const object = await send<T>(ref, 'GET', pathOf(ref));
        change(object);
        const put = await answerOf(ref, 'PUT', `${pathOf(ref, subresource)}?${QUERY}`, object);
        if (put.ok || put.error.code !== 'STALE') return JSON.parse(value(put).text) as T;
      }
    },
    remove: async ref => { await send(ref, 'DELETE', pathOf(ref), { gracePeriodSeconds: 0 }); },
  };
};

const open = async (): Promise<Subject> => {
  const file = process.env['CADASTRE_TEST_KUBECONFIG'];
  if (file === undefined) throw new Error('CADASTRE_TEST_KUBECONFIG names no kubeconfig');
  const http = value(openHttp(readFileSync(file, 'utf8'), { cluster: 'real' }));
  const wire = httpWire('real', http);
  const tag = `conf-${Date.now().toString(36)}`;
  const stranger = strangerOver(http);
  await stranger.create(NAMESPACES, { metadata: { name: tag } });
  // Admission refuses pods until the namespace has its default account.
  await vi.waitFor(async () => value(await wire.read({ kind: SERVICE_ACCOUNTS, name: 'default', namespace: tag }, {})), { timeout: 30_000 });
  return {
    ...counted(wire), wire, stranger, namespace: tag, tag,
    close: async () => {
      await stranger.remove({ kind: NAMESPACES, name: tag });
      await http.close();
    },
  };
};

conformance('Kubernetes API server', open);
