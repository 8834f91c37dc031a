// What the product may do in a cluster, as a manifest for a cluster of one's own:
//   node apps/local/src/dev/print-rbac.ts | kubectl apply -f -
import { PRODUCT_USER, productBinding, productRole } from '../servers/rbac.ts';

const namespace = 'cadastre-system';
const items = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: PRODUCT_USER, namespace } },
  productRole(),
  { ...productBinding(), subjects: [{ kind: 'ServiceAccount', name: PRODUCT_USER, namespace }] },
];
process.stdout.write(`${JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 2)}\n`);
