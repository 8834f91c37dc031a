import type { PlacementReason } from '@cadastre/domain/capacity';
import { metrics } from '@cadastre/platform/otel';

const decisions = metrics.histogram('cadastre.allocator.decision.duration', {
  description: 'Time to decide one request from memory.', unit: 's', buckets: [1e-6, 5e-6, 1e-5, 5e-5, 1e-4, 5e-4, 1e-3, 1e-2],
});
const batches = metrics.histogram('cadastre.allocator.batch.size', { description: 'Requests written by one group commit.', unit: '{request}', buckets: [1, 2, 5, 10, 20, 50, 100, 200, 400] });
const commits = metrics.histogram('cadastre.allocator.commit.duration', { description: 'Time of one group commit.', unit: 's', buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5] });
const unplaced = metrics.counter('cadastre.allocator.unplaced', { description: 'Orders refused, by headline reason.', unit: '{order}' });
const refused = metrics.counter('cadastre.allocator.commit.refused', { description: 'Group commits that the database refused, by code.', unit: '{commit}' });

/** What the allocator tells of itself. Metric names do not carry tenants. */
export const instruments = {
  decided: (region: string, seconds: number): void => { decisions.record(seconds, { region }); },
  committed: (region: string, size: number, seconds: number): void => {
    batches.record(size, { region });
    commits.record(seconds, { region });
  },
  unplaced: (region: string, reason: PlacementReason): void => { unplaced.add(1, { region, reason }); },
  refused: (region: string, code: string): void => { refused.add(1, { region, code }); },
};

/** Read at each collection; `remove` when the region is given up for good. */
export const watchRegion = (region: string, read: () => { readonly leading: boolean; readonly ledgerIndex: number; readonly waiting: number }): { remove(): void } => {
  const gauges = [
    metrics.gauge('cadastre.allocator.leader', { description: '1 while this process holds the lease of the region.', unit: '1' }, () => [{ value: read().leading ? 1 : 0, attributes: { region } }]),
    metrics.gauge('cadastre.allocator.ledger.index', { description: 'Index of the last ledger entry folded.', unit: '{entry}' }, () => [{ value: read().ledgerIndex, attributes: { region } }]),
    metrics.gauge('cadastre.allocator.waiting', { description: 'Requests that wait for the next group commit.', unit: '{request}' }, () => [{ value: read().waiting, attributes: { region } }]),
  ];
  return { remove: () => { for (const g of gauges) g.remove(); } };
};
