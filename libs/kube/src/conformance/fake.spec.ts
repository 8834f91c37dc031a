import { NAMESPACES } from '../client/index.ts';
import { FakeServer } from '../fake/index.ts';
import { realTime } from '../client/index.ts';
import { counted } from './subject.ts';
import { conformance } from './suite.ts';

conformance('FakeKube', () => {
  const server = new FakeServer('fake', realTime);
  server.createAs('stranger', NAMESPACES, { metadata: { name: 'conformance' } });
  return Promise.resolve({
    ...counted(server),
    wire: server, namespace: 'conformance', tag: 'conformance',
    stranger: {
      create: (kind, object) => Promise.resolve(server.createAs('stranger', kind, object)),
      update: (ref, change, subresource) => Promise.resolve(server.updateAs('stranger', ref, change, subresource ?? '')),
      remove: ref => { server.deleteAs(ref); return Promise.resolve(); },
    },
    close: () => server.close(),
  });
});
