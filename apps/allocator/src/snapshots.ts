import type { CapacityState } from '@cadastre/domain/capacity';
import { Restoring, dump } from '@cadastre/domain/capacity';
import { monotonicMs } from '@cadastre/platform/clock';
import { readSnapshot, saveSnapshot, snapshots } from '@cadastre/store/capacity';
import type { InventoryContext } from './inventory.ts';

/** Entries between two snapshots when nothing else is said: a fold of so many takes less than a second. */
const EVERY = 50_000;

/** The state as of some index, kept beside the ledger so that a start need not fold all of it. Never more than a shorter way: what cannot be used is left out. */
export class Snapshots {
  readonly #c: InventoryContext;
  readonly #every: number;
  /** Index of the last one written or read. */
  #last = 0;

  constructor(c: InventoryContext, every = EVERY) {
    this.#c = c;
    this.#every = every;
  }

  /** The newest that can be used; undefined: fold from the first entry. Throws Outage. */
  async restore(): Promise<CapacityState | undefined> {
    const { store, region, log } = this.#c;
    const startedAt = monotonicMs();
    for (const index of await store.read('system', q => snapshots(q, region.id))) {
      const restoring = new Restoring();
      const whole = await store.read('system', q => readSnapshot(q, { regionId: region.id, index }, line => { restoring.take(line); }));
      const state = restoring.end();
      if (whole && state.ok && state.value.index === index) {
        this.#last = index;
        log.info({ region: region.code, index, ms: Math.round(monotonicMs() - startedAt) }, 'starts from a snapshot');
        return state.value;
      }
      log.warn({ region: region.code, index, because: state.ok ? 'its digest differs' : state.error }, 'a snapshot cannot be used; an older one, or the whole ledger, is folded instead');
    }
    return undefined;
  }

  /** A snapshot holds the orders up for as long as it takes: in a quiet moment, or once it is long overdue. */
  due(index: number, waiting: number): boolean {
    const since = index - this.#last;
    return since >= this.#every && (waiting === 0 || since >= 2 * this.#every);
  }

  /** Of a state that is the ledger's, up to its index. Not written is no harm: tried again when as many entries have come. */
  async write(state: CapacityState): Promise<void> {
    const { store, region, log } = this.#c;
    const { index } = state;
    if (index === 0 || index === this.#last) return;
    this.#last = index;
    const startedAt = monotonicMs();
    try {
      await saveSnapshot(store, { regionId: region.id, index }, dump(state));
      log.info({ region: region.code, index, ms: Math.round(monotonicMs() - startedAt) }, 'a snapshot is written');
    } catch (error) {
      log.warn({ err: error, region: region.code, index }, 'a snapshot could not be written');
    }
  }
}
