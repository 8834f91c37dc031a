import type { AllocateReply, AllocateRequest, CapacityState, OffersReply, OffersRequest } from '@cadastre/domain/capacity';
import { emptyCapacity, fold, offers } from '@cadastre/domain/capacity';
import type { InstanceId, Result } from '@cadastre/domain/core';
import { ok, no } from '@cadastre/domain/core';
import { YIELD_RULE } from '@cadastre/domain/instance';
import { monotonicMs } from '@cadastre/platform/clock';
import { inSpan } from '@cadastre/platform/otel';
import type { AllocationItem, BatchRefusal, ItemOutcome } from '@cadastre/store/commit';
import { commitAllocations } from '@cadastre/store/commit';
import * as instances from '@cadastre/store/instance';
import type { Lease } from '@cadastre/store/lease';
import { Frozen, Outage } from '@cadastre/store/pool';
import type { Ask, Turn } from './ask.ts';
import { answerAll, auditFrozen, forbiddenValue, join, nameTaken, tryAgain, unknownReference } from './ask.ts';
import type { Batch } from './batch.ts';
import { answerOf, planBatch } from './batch.ts';
import { instruments } from './instruments.ts';
import type { InventoryContext, SeenRows } from './inventory.ts';
import type { OwnItem } from './due.ts';
import { dueItems, factsOf } from './due.ts';
import { inventoryItems, ownAct } from './inventory.ts';
import { knownFor, ledgerAfter } from './reads.ts';
import { Snapshots } from './snapshots.ts';
import type { Candidates, Known, Planned } from './step.ts';

/** Requests of one group commit. Larger would not raise the throughput much, and each waits for all. */
export const MAX_BATCH = 400;
/**
 * Longest wait for more requests before a group commit, milliseconds. A commit costs as much for itself as for six orders, so that orders one by one are
 * dear for everybody; but a door hands them over one by one, and a commit is over before its callers are back with the next.
 */
const MAX_GATHER_MS = 10;
/** A wait between two tries while the database does not answer. */
const RETRY_MS = 200;
const DAY_MS = 86_400_000;
const NO_SCOPE = { jurisdictions: [], certifications: [], dataClass: 'ORDINARY' } as const;

export interface LoopContext extends InventoryContext {
  readonly lease: Pick<Lease, 'epoch' | 'regionId'>;
  /** Interruptible instances give way to orders that do not fit, after so long a notice; absent: none does. */
  readonly yielding?: { readonly noticeSeconds: number };
  /** Ledger entries between two snapshots; absent: 50,000. */
  readonly snapshotEntries?: number;
}

/** Why a loop ended: it was told to, or another allocator has the region, or may have it. */
export type Ended = 'STOPPED' | 'LOST';

/**
 * The single writer of a region, for one epoch. Requests that arrive while a batch is being committed are the next batch: the busier, the larger
 * the batches. Memory is ahead of the database only while a commit is under way, and is taken back when it fails; nothing is answered before.
 */
export class RegionLoop {
  readonly #c: LoopContext;
  #state: CapacityState = emptyCapacity();
  #queue: Ask[] = [];
  #leaving: ReadonlySet<InstanceId> = new Set();
  readonly #candidates: Candidates = { soft: undefined };
  #wake: (() => void) | undefined;
  #ended: Ended | undefined;
  #leading = false;
  #inventoryDue = true;
  /** The memory may lag behind the ledger (`behind`), or disagree with it (`wrong`): mended before the next decision. */
  #memory: 'sound' | 'behind' | 'wrong' = 'behind';
  readonly #snapshots: Snapshots;
  readonly #loaded = Promise.withResolvers<boolean>();
  readonly #rows: SeenRows = { withheld: new Set<string>(), version: undefined, wholeAt: undefined };
  /** Callers that were seen at the same time, and how long the last commit took, milliseconds. */
  #callers = 0;
  #commitMs = 0;
  #gathered: (() => void) | undefined;

  constructor(context: LoopContext) {
    this.#c = context;
    this.#snapshots = new Snapshots(context, context.snapshotEntries);
  }

  get ledgerIndex(): number {
    return this.#state.index;
  }
  get waiting(): number {
    return this.#queue.length;
  }
  get leading(): boolean {
    return this.#leading;
  }
  get ended(): Ended | undefined {
    return this.#ended;
  }
  /** True once the ledger is folded and the inventory is in it; false when the loop ended before. */
  get ready(): Promise<boolean> {
    return this.#loaded.promise;
  }

  submit(request: AllocateRequest, traceparent: string | undefined): Promise<AllocateReply> {
    if (this.#ended !== undefined) return Promise.resolve(tryAgain(this.#c.region.code));
    const { promise, resolve } = Promise.withResolvers<AllocateReply>();
    this.#queue.push({ request, traceparent, answer: resolve });
    this.#stir();
    return promise;
  }

  offers({ tenantClass, legal, until }: OffersRequest): OffersReply {
    const at = this.#c.clock.now();
    const wish = { tenantClass, at, leaseEnd: until ?? new Date(Date.parse(at) + DAY_MS).toISOString(), legal: legal ?? NO_SCOPE };
    return { offers: offers(this.#state, wish), ledgerIndex: this.#state.index, at };
  }

  /** The rows of racks, machines, pools or shapes may have changed. */
  lookAtInventory(): void {
    this.#inventoryDue = true;
    this.#stir();
  }

  /** No new decision; what waits is answered as retryable. A commit under way is answered as it ends. */
  stop(why: Ended = 'STOPPED'): void {
    this.#ended ??= why;
    this.#stir();
  }

  async run(): Promise<Ended> {
    while (this.#ended === undefined) {
      try {
        await this.#turn();
      } catch (error) {
        if (!(error instanceof Outage)) this.#c.log.error({ err: error }, 'the allocator could not go on; it folds its ledger again');
        if (this.#memory !== 'wrong') this.#memory = error instanceof Outage ? 'behind' : 'wrong';
        this.#failQueue();
        await this.#pause(RETRY_MS);
      }
    }
    this.#failQueue();
    this.#leading = false;
    this.#loaded.resolve(false);
    // The next leader starts from it. One that lost its lease leaves that to the next.
    if (this.#ended === 'STOPPED' && this.#memory === 'sound') await this.#snapshots.write(this.#state);
    this.#state = emptyCapacity();
    return this.#ended;
  }

  async #turn(): Promise<void> {
    if (this.#memory !== 'sound') await this.#mend();
    if (this.#inventoryDue) {
      this.#inventoryDue = false;
      await this.#syncInventory();
      if (this.#memory !== 'sound') return;
    }
    if (!this.#leading && this.#ended === undefined) {
      this.#leading = true;
      this.#loaded.resolve(true);
    }
    if (this.#snapshots.due(this.#state.index, this.#queue.length)) await this.#snapshots.write(this.#state);
    if (this.#queue.length === 0) await this.#idle();
    else await this.#serveGroup();
  }

  async #serveGroup(): Promise<void> {
    await this.#gather();
    const group = this.#queue.splice(0, MAX_BATCH);
    const startedAt = monotonicMs();
    await this.#serve(join(group));
    this.#commitMs = monotonicMs() - startedAt;
    // What was just claimed may change how the next claims are judged: not left to the timer, or a region that fills at once would learn too late.
    if (this.#state.mix.ripe) this.#inventoryDue = true;
    // What came meanwhile came from others. It fades, so that one crowd does not make everybody wait long after it has left.
    this.#callers = Math.max(group.length + this.#queue.length, this.#callers * 0.75);
  }

  /** Waits until all callers that were seen are back, and no longer than a commit takes: a caller on his own waits for nobody. */
  async #gather(): Promise<void> {
    const wait = Math.min(MAX_GATHER_MS, Math.floor(this.#commitMs));
    if (wait < 1 || this.#enough()) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, wait);
    this.#gathered = resolve;
    await promise;
    this.#gathered = undefined;
    clearTimeout(timer);
  }

  #enough(): boolean {
    return this.#ended !== undefined || this.#queue.length >= Math.min(MAX_BATCH, Math.floor(this.#callers));
  }

  async #mend(): Promise<void> {
    if (this.#memory === 'wrong') {
      this.#state = emptyCapacity();
      this.#rows.version = undefined;
    } else if (this.#state.index === 0) this.#state = (await this.#snapshots.restore()) ?? this.#state;
    for await (const entries of ledgerAfter(this.#c.store, this.#c.region.id, this.#state.index)) {
      for (const entry of entries) {
        const folded = fold(this.#state, entry);
        if (!folded.ok) throw new Error(`the ledger of ${this.#c.region.code} has a gap: ${JSON.stringify(folded.error)}`);
      }
    }
    this.#candidates.soft = undefined;
    this.#leaving = new Set(await this.#c.store.read('system', q => instances.leaving(q, this.#c.region.id)));
    this.#memory = 'sound';
  }

  async #syncInventory(): Promise<void> {
    for await (const item of this.#due()) {
      const written = await this.#write(this.#state.index + 1, [item]);
      if (!written.ok) {
        this.#refused(written.error);
        // Late: look again at once. Forbidden by the database: fold again, and leave it to the timer, so that orders go on meanwhile.
        if (written.error.code === 'STALE_INDEX') this.#inventoryDue = true;
        else if (written.error.code !== 'STALE_EPOCH') {
          this.#memory = 'wrong';
          this.#c.log.error({ refusal: written.error }, 'the database refused the inventory');
        }
        return;
      }
      for (const fact of factsOf(item)) fold(this.#state, { index: this.#state.index + 1, fact });
    }
  }

  /** What the rows say and the ledger not yet, then what time has brought. */
  async *#due(): AsyncGenerator<OwnItem> {
    yield* inventoryItems(this.#c, this.#state, this.#rows);
    yield* dueItems(this.#c, this.#state);
  }

  async #serve(turns: readonly Turn[]): Promise<void> {
    let known: Known;
    try {
      known = await knownFor(this.#c.store, this.#c.region.id, turns);
    } catch (error) {
      for (const turn of turns) answerAll(turn, tryAgain(this.#c.region.code));
      throw error;
    }
    await this.#decideAndCommit(turns, known);
  }

  /** Each round ends with all answered, or with fewer left than before. */
  async #decideAndCommit(turns: readonly Turn[], known: Known): Promise<void> {
    const batch = planBatch(turns, known, { ...this.#decider(), state: this.#state });
    if (batch.planned.length > 0) {
      const links = batch.planned.flatMap(p => (p.turn.traceparent === undefined ? [] : [p.turn.traceparent]));
      await inSpan('allocate batch', { parent: '', links, attributes: { 'cadastre.region': this.#c.region.code, 'cadastre.batch.size': batch.planned.length } }, () => this.#commit(batch, known));
    }
    // Read again: what they concern has just changed.
    if (batch.deferred.length > 0) this.#again(batch.deferred);
  }

  #decider(): Omit<Parameters<typeof planBatch>[2], 'state'> {
    const { ids, region, lease, clock, yielding } = this.#c;
    return {
      ids, regionId: region.id, regionCode: region.code, epoch: lease.epoch, clock: () => clock.now(), now: () => monotonicMs() / 1000, leaving: this.#leaving, candidates: this.#candidates,
      ...(yielding === undefined ? {} : { yielding: { ...yielding, act: () => ownAct(this.#c, YIELD_RULE) } }),
    };
  }

  async #commit(batch: Batch, known: Known): Promise<void> {
    let written: Result<readonly ItemOutcome[], BatchRefusal>;
    try {
      written = await this.#write(batch.firstIndex, batch.planned.map(p => p.item));
    } catch (error) {
      batch.undo();
      this.#memory = error instanceof Outage ? 'behind' : 'wrong';
      for (const { turn } of batch.planned) answerAll(turn, error instanceof Frozen ? auditFrozen() : tryAgain(this.#c.region.code));
      this.#c.log.warn({ err: error, batch: batch.planned.length }, 'a group commit did not finish; its orders are answered as retryable');
      return;
    }
    if (written.ok) {
      batch.planned.forEach((p, n) => { this.#answer(p, written.value[n]); });
      this.#leaving = batch.leaving;
      // Lost with the process, if it ends first: whoever repeats the refused order asks for them again.
      this.#queue.unshift(...batch.planned.flatMap(p => p.then).map(request => ({ request, traceparent: undefined, answer: () => undefined })));
      return;
    }
    batch.undo();
    await this.#afterRefusal(batch.planned, written.error, known);
  }

  #answer(p: Planned, outcome: ItemOutcome | undefined): void {
    if (outcome?.outcome === 'DONE') answerAll(p.turn, p.reply(outcome.auditIds));
    else this.#again([p.turn]);
  }

  /** The memory is as before the batch. Whoever is to blame is answered, the rest is decided again. */
  async #afterRefusal(planned: readonly Planned[], refusal: BatchRefusal, known: Known): Promise<void> {
    const turns = planned.map(p => p.turn);
    this.#refused(refusal);
    switch (refusal.code) {
      case 'STALE_EPOCH':
        for (const turn of turns) answerAll(turn, tryAgain(this.#c.region.code));
        return;
      case 'STALE_INDEX': {
        const before = this.#state.index;
        await this.#mendOr(turns);
        // Nothing new to read, and yet the ledger disagrees: the memory is wrong, not late.
        if (this.#state.index === before) await this.#isolate(turns, known, refusal.code);
        else await this.#decideAndCommit(turns, known);
        return;
      }
      case 'ALREADY_DONE': {
        const done = new Map(refusal.items.map(x => [x.item, x.record]));
        for (const [n, record] of done) {
          const turn = turns[n];
          if (turn !== undefined) answerAll(turn, answerOf(record, turn.request.kind === 'FREE' ? undefined : turn.request.idempotency.fingerprint));
        }
        await this.#rest(turns, n => done.has(n), known);
        return;
      }
      case 'NAME_TAKEN': {
        const taken = new Set(refusal.items);
        turns.forEach((turn, n) => { if (taken.has(n)) answerAll(turn, nameTaken(turn)); });
        await this.#rest(turns, n => taken.has(n), known);
        return;
      }
      case 'LIMIT':
      case 'UNKNOWN_REFERENCE':
        await this.#isolate(turns, known, refusal.code, refusal.constraint);
    }
  }

  async #rest(turns: readonly Turn[], answered: (n: number) => boolean, known: Known): Promise<void> {
    const rest = turns.filter((_, n) => !answered(n));
    // A refusal that names nobody (the rival row went away in between) leaves all of them: later, not in a tight circle.
    if (rest.length === turns.length) this.#again(rest);
    else if (rest.length > 0) await this.#decideAndCommit(rest, known);
  }

  /** The database refused what was decided: halve until the culprit stands alone. When capacity is what it refused, memory has drifted: fold again first. */
  async #isolate(turns: readonly Turn[], known: Known, code: string, constraint?: string): Promise<void> {
    const drifted = constraint === undefined || constraint.includes('_capacity_') || constraint.startsWith('capacity_');
    if (drifted) {
      this.#memory = 'wrong';
      await this.#mendOr(turns);
    }
    const [only] = turns;
    if (turns.length === 1 && only !== undefined) {
      this.#c.log.error({ code, constraint, request: only.request.act.request.id }, 'the database refused what was decided');
      answerAll(only, drifted ? tryAgain(this.#c.region.code) : code === 'UNKNOWN_REFERENCE' ? unknownReference(only, constraint) : forbiddenValue(constraint));
      return;
    }
    const half = Math.ceil(turns.length / 2);
    for (const part of [turns.slice(0, half), turns.slice(half)]) {
      if (this.#ended === undefined) await this.#decideAndCommit(part, known);
      else for (const turn of part) answerAll(turn, tryAgain(this.#c.region.code));
    }
  }

  async #mendOr(turns: readonly Turn[]): Promise<void> {
    if (this.#memory === 'sound') this.#memory = 'behind';
    try {
      await this.#mend();
    } catch (error) {
      for (const turn of turns) answerAll(turn, tryAgain(this.#c.region.code));
      throw error;
    }
  }

  async #write(firstIndex: number, items: readonly AllocationItem[]): Promise<Result<readonly ItemOutcome[], BatchRefusal>> {
    const { store, region, lease } = this.#c;
    const startedAt = monotonicMs();
    const written = await commitAllocations(store, { regionId: region.id, regionCode: region.code, epoch: lease.epoch, firstIndex, items });
    instruments.committed(region.code, items.length, (monotonicMs() - startedAt) / 1000);
    return written.ok ? ok(written.value.items) : no(written.error);
  }

  #refused(refusal: BatchRefusal): void {
    instruments.refused(this.#c.region.code, refusal.code);
    if (refusal.code === 'STALE_EPOCH') this.stop('LOST');
    else if (refusal.code === 'STALE_INDEX') this.#memory = 'behind';
  }

  /** Back to the head of the queue, twins and all. */
  #again(turns: readonly Turn[]): void {
    this.#queue.unshift(...turns.flatMap(turn => turn.asks));
  }

  #failQueue(): void {
    for (const ask of this.#queue.splice(0)) ask.answer(tryAgain(this.#c.region.code));
  }

  #stir(): void {
    if (this.#gathered !== undefined && this.#enough()) this.#gathered();
    this.#wake?.();
    this.#wake = undefined;
  }

  #idle(): Promise<void> {
    if (this.#ended !== undefined || this.#inventoryDue || this.#queue.length > 0) return Promise.resolve();
    return new Promise(resolve => { this.#wake = resolve; });
  }

  /** Ends early when the loop does; new requests do not shorten it, they are what there is too much of. */
  async #pause(ms: number): Promise<void> {
    const until = monotonicMs() + ms;
    while (this.#ended === undefined && monotonicMs() < until) {
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, until - monotonicMs());
        this.#wake = () => { clearTimeout(timer); resolve(); };
      });
      this.#failQueue();
    }
  }
}
