import type { AllocateReply, AllocateRequest, OffersReply, OffersRequest } from '@cadastre/domain/capacity';
import type { Result } from '@cadastre/domain/core';
import { no, ok } from '@cadastre/domain/core';
import { monotonicMs } from '@cadastre/platform/clock';
import { currentTraceparent } from '@cadastre/platform/otel';
import type { Nats, Subscription } from '@cadastre/platform/nats';
import type { Lease } from '@cadastre/store/lease';
import { acquireLease, releaseLease, renewLease } from '@cadastre/store/lease';
import { watchRegion } from './instruments.ts';
import type { LoopContext } from './loop.ts';
import { RegionLoop } from './loop.ts';

export interface TenureOptions {
  /** How long a lease lives without renewal: the longest time a region stands still after a crash. */
  readonly leaseMs: number;
  /** How often the rows are compared with the ledger when nothing woke us. */
  readonly inventoryMs: number;
}
export interface TenureContext extends Omit<LoopContext, 'lease'> {
  readonly nats: Nats;
  /** Unique per process life. */
  readonly holder: string;
  readonly options: TenureOptions;
}

/** The nouns whose rows the ledger follows. */
const INVENTORY_NOUNS = ['region', 'datacenter', 'hall', 'powernode', 'phase', 'certification', 'staff', 'quota', 'rack', 'machine', 'pool', 'shape', 'loadtarget'] as const;
/** Renewals that may fail in a row before the lease is given up for lost. */
const RENEWALS_PER_LEASE = 3;

/**
 * One region in the hands of this process, for as long as the process lives: wait for the lease, lead, step down, wait again. A lease renewed
 * late is harmless, because each commit is fenced by the epoch: stepping down early only saves the tenants a refused answer.
 */
export class Tenure {
  readonly #c: TenureContext;
  #loop: RegionLoop | undefined;
  #missing = 'no lease yet';
  #heard = false;
  readonly #stopping = new AbortController();
  readonly #done: Promise<void>;
  #renewals: 'on' | 'paused' = 'on';

  constructor(context: TenureContext) {
    this.#c = context;
    const gauges = watchRegion(context.region.code, () => ({ leading: this.leading, ledgerIndex: this.#loop?.ledgerIndex ?? 0, waiting: this.#loop?.waiting ?? 0 }));
    this.#done = this.#live().finally(() => { gauges.remove(); });
  }

  /** True while requests that are sent to the region reach this process, and it decides them. */
  get leading(): boolean {
    return this.#heard && (this.#loop?.leading ?? false);
  }

  /** Undefined while leading; else the sentence for /readyz. */
  get missing(): string | undefined {
    return this.leading ? undefined : `${this.#c.region.code}: ${this.#missing}`;
  }

  /** As a process that hangs would: the lease runs out, while what is in memory still believes in it. For tests of the fence. */
  pauseRenewals(): void {
    this.#renewals = 'paused';
  }

  /** Finishes what was asked, gives the lease back so that the next one leads at once. */
  stop(): Promise<void> {
    this.#stopping.abort();
    return this.#done;
  }

  async #live(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        const lease = await this.#acquire();
        if (lease.ok) await this.#lead(lease.value);
        else await this.#pause(lease.error.waitMs);
      } catch (error) {
        this.#missing = 'the database does not answer';
        this.#c.log.warn({ err: error, region: this.#c.region.code }, 'no lease: the database does not answer');
        await this.#pause(this.#c.options.leaseMs / RENEWALS_PER_LEASE);
      }
    }
  }

  async #acquire(): Promise<Result<Lease, { readonly waitMs: number }>> {
    const { store, region, holder, options } = this.#c;
    const lease = await acquireLease(store, { regionId: region.id, holder, ttlMs: options.leaseMs });
    if (lease.ok) return ok(lease.value);
    this.#missing = `the lease is held by ${lease.error.holder}`;
    // Often enough to take over soon after a crash; the remaining time is on the database's clock, which is not ours.
    return no({ waitMs: Math.min(1_000, options.leaseMs / 6) });
  }

  async #lead(first: Lease): Promise<void> {
    const { region, log, store } = this.#c;
    const loop = new RegionLoop({ ...this.#c, lease: first });
    this.#loop = loop;
    this.#missing = 'folding the ledger';
    log.info({ region: region.code, epoch: first.epoch }, 'holds the lease');
    const renewing = this.#renew(first, loop);
    const running = loop.run();
    const serving = this.#serve(loop, running);
    const ended = await Promise.race([running, this.#aborted()]);
    // The subscriptions first: what is on its way is still answered by the loop that is about to end.
    if (ended === 'ABORTED') await serving.close();
    loop.stop();
    const why = await running;
    await serving.close();
    renewing.stop();
    this.#loop = undefined;
    this.#heard = false;
    this.#missing = why === 'LOST' ? 'another allocator took the region over' : 'the lease was given back';
    log.info({ region: region.code, epoch: first.epoch, why }, 'steps down');
    if (why === 'STOPPED') await releaseLease(store, first).catch(() => undefined);
  }

  /** Answers for the region, from the moment its memory is whole until it ends. */
  #serve(loop: RegionLoop, running: Promise<unknown>): Subscription {
    const { nats, region, options } = this.#c;
    const open: Subscription[] = [];
    const begin = async (): Promise<void> => {
      if (!(await loop.ready)) return;
      open.push(
        nats.respond<AllocateRequest, AllocateReply>(`cad.v1.${region.code}.allocate`, request => loop.submit(...continued(request)), { concurrency: 8_192 }),
        nats.respond<OffersRequest, OffersReply>(`cad.v1.${region.code}.offers`, request => Promise.resolve(loop.offers(request))),
        ...INVENTORY_NOUNS.flatMap(noun => [region.code, '_'].map(where => nats.tap(`cad.v1.${where}.${noun}.*`, () => { loop.lookAtInventory(); }))),
      );
      // NATS keeps the order of one connection: when this answer is back, the server knows the subscriptions above. Ready any earlier would promise what NO_RESPONDERS denies.
      await nats.request<OffersRequest, OffersReply>(`cad.v1.${region.code}.offers`, { tenantClass: 'PUBLIC_BODY' }, { timeoutMs: 2_000 });
      this.#heard = true;
      this.#c.log.info({ region: region.code, ledgerIndex: loop.ledgerIndex }, 'leads');
    };
    const begun = begin();
    const timer = setInterval(() => { loop.lookAtInventory(); }, options.inventoryMs);
    void running.finally(() => { clearInterval(timer); });
    return {
      close: async () => {
        clearInterval(timer);
        if (loop.leading || loop.ended !== undefined) await begun;
        await Promise.all(open.splice(0).map(s => s.close()));
      },
    };
  }

  /** Renews until stopped; when the lease is lost, or may have run out meanwhile, the loop steps down. */
  #renew(first: Lease, loop: RegionLoop): { stop(): void } {
    const { store, region, log, options } = this.#c;
    let renewedAt = monotonicMs();
    let busy = false;
    const once = async (): Promise<void> => {
      if (busy || this.#renewals === 'paused') return;
      busy = true;
      const asked = monotonicMs();
      try {
        const renewed = await renewLease(store, first, options.leaseMs);
        if (renewed.ok) renewedAt = asked;
        else loop.stop('LOST');
      } catch (error) {
        log.warn({ err: error, region: region.code }, 'the lease could not be renewed');
      } finally {
        busy = false;
      }
    };
    const timer = setInterval(() => {
      if (this.#renewals === 'on' && monotonicMs() - renewedAt > options.leaseMs) loop.stop('LOST');
      void once();
    }, options.leaseMs / RENEWALS_PER_LEASE);
    return { stop: () => { clearInterval(timer); } };
  }

  #aborted(): Promise<'ABORTED'> {
    const { signal } = this.#stopping;
    return new Promise(resolve => {
      if (signal.aborted) resolve('ABORTED');
      else signal.addEventListener('abort', () => { resolve('ABORTED'); }, { once: true });
    });
  }

  async #pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    await Promise.race([promise, this.#aborted()]);
    clearTimeout(timer);
  }
}

/** The request with the span that takes it here: what is written for it goes on from this span, through outbox and NATS. */
const continued = (request: AllocateRequest): [AllocateRequest, string | undefined] => {
  const traceparent = currentTraceparent();
  if (traceparent === undefined) return [request, undefined];
  return [{ ...request, act: { ...request.act, request: { ...request.act.request, traceparent } } }, traceparent];
};
