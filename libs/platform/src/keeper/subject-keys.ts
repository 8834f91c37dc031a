import { monotonicMs } from '../clock/index.ts';
import type { Logger } from '../log/index.ts';
import { metrics } from '../otel/index.ts';
import type { Keeper } from './client.ts';
import { createOutage, type Outage, type OutageOptions } from './outage.ts';
import { openValue, sealValue, subjectKey, type SealedText, type SubjectKey } from './pii.ts';
import type { OpenAnswer } from './protocol.ts';

/** A person, as the directory knows them: an organisation's id or `provider`, and the `sub`. */
export interface Subject {
  readonly scope: string;
  readonly subject: string;
}

type Texts = Readonly<Record<string, string | undefined>>;
type Sealed = Readonly<Record<string, SealedText | { readonly unavailable: true }>>;

/** Of one person: `Sealer` of `@cadastre/domain/audit`. */
export interface SubjectSealer {
  seal(id: string, log: string, more?: Texts): Sealed;
  sealOnly(id: string, log: string, values: Texts): Sealed;
}

export type OpenedValue = { readonly path: string } & (
  | { readonly state: 'READABLE'; readonly value: string }
  /** The key was destroyed: GDPR art. 17. */
  | { readonly state: 'ERASED'; readonly at: string; readonly certificate: string }
  /** The keeper was away when the event was written. */
  | { readonly state: 'NOT_RECORDED' }
  /** The keeper is away now. */
  | { readonly state: 'KEEPER_AWAY' }
  /** No key has that id, or the value does not belong to this event: somebody tampered, or a key was lost. */
  | { readonly state: 'UNREADABLE' }
);

/** What of an event has to do with its personal values. */
export interface SealedEvent {
  readonly scope: string;
  readonly id: string;
  readonly log: string;
  readonly pii: Readonly<Record<string, SealedText | { readonly unavailable: true } | undefined>>;
}

export interface SubjectKeys {
  /** Has the key at hand, as far as the keeper answers. Never throws, and waits at most for one question. */
  warm(subject: Subject): Promise<void>;
  /** Seals with the key at hand, without waiting for anybody; marks values as unavailable when there is none. */
  sealer(subject: Subject, values: Texts): SubjectSealer;
  /** Of each event, in their order, what can be read of it; one question for all of a scope. */
  open(events: readonly SealedEvent[]): Promise<readonly (readonly OpenedValue[])[]>;
  /** Somebody was erased: nothing of what is at hand is used again. */
  forget(): void;
}

export interface SubjectKeysOptions extends OutageOptions {
  readonly keeper: Keeper;
  readonly log: Logger;
}

/** Milliseconds that a key is used without asking again: what an erasure may have to wait for where the wake-up is lost. */
const FRESH_MS = 300_000;
/** Asked again in the background from here on, so that nobody waits. */
const AGEING_MS = 240_000;
const AT_MOST = 20_000;
const UNAVAILABLE = { unavailable: true } as const;

const counted = metrics.counter('cadastre.audit.personal_values', { description: 'Personal values of events, sealed or marked as unavailable.', unit: '{value}' });

const kidsOf = ({ pii }: SealedEvent): readonly string[] => Object.values(pii).flatMap(v => (v !== undefined && 'kid' in v ? [v.kid] : []));

interface Found {
  readonly keys: ReadonlyMap<string, SubjectKey>;
  readonly erased: OpenAnswer['erased'];
}
const openOne = ({ id, log, pii }: SealedEvent, found: Found | undefined): readonly OpenedValue[] =>
  Object.entries(pii).map(([path, value]): OpenedValue => {
    if (value === undefined || !('kid' in value)) return { path, state: 'NOT_RECORDED' };
    if (found === undefined) return { path, state: 'KEEPER_AWAY' };
    const gone = found.erased[value.kid];
    if (gone !== undefined) return { path, state: 'ERASED', ...gone };
    const key = found.keys.get(value.kid);
    const text = key === undefined ? undefined : openValue(key, id, log, path, value);
    return text === undefined ? { path, state: 'UNREADABLE' } : { path, state: 'READABLE', value: text };
  });

/** Keys at hand, by person. */
class Cache {
  readonly #keeper: Keeper;
  readonly #outage: Outage;
  readonly #now: () => number;
  #held = new Map<string, { readonly key: SubjectKey; readonly at: number }>();
  readonly #asking = new Map<string, Promise<void>>();
  #generation = 0;

  constructor(keeper: Keeper, outage: Outage, now: () => number) {
    this.#keeper = keeper;
    this.#outage = outage;
    this.#now = now;
  }

  key({ scope, subject }: Subject): SubjectKey | undefined {
    const found = this.#held.get(`${scope}/${subject}`);
    return found !== undefined && this.#now() - found.at < FRESH_MS ? found.key : undefined;
  }

  async warm(of: Subject): Promise<void> {
    const name = `${of.scope}/${of.subject}`;
    const found = this.#held.get(name);
    const age = found === undefined ? FRESH_MS : this.#now() - found.at;
    if (age < AGEING_MS || this.#outage.waits()) return;
    const asked = this.#ask(name, of);
    if (age >= FRESH_MS) await asked;
  }

  forget(): void {
    this.#generation += 1;
    this.#held = new Map();
    this.#asking.clear();
  }

  #ask(name: string, { scope, subject }: Subject): Promise<void> {
    let running = this.#asking.get(name);
    if (running === undefined) {
      const generation = this.#generation;
      running = this.#keeper.key(scope, subject).then(({ key }) => {
        this.#outage.ends();
        // Forgotten while it was asked for: it may be a key that has just been destroyed.
        if (generation !== this.#generation) return;
        if (this.#held.size >= AT_MOST) this.#held.delete(this.#held.keys().next().value ?? '');
        this.#held.set(name, { key: subjectKey(Buffer.from(key, 'base64')), at: this.#now() });
      }, (error: unknown) => { this.#outage.begins(error); }).finally(() => {
        if (this.#asking.get(name) === running) this.#asking.delete(name);
      });
      this.#asking.set(name, running);
    }
    return running;
  }
}

export const createSubjectKeys = ({ keeper, now = monotonicMs, ...told }: SubjectKeysOptions): SubjectKeys => {
  const outage = createOutage({ ...told, now });
  const cache = new Cache(keeper, outage, now);

  const sealAll = (of: Subject, id: string, log: string, given: Texts): Sealed => {
    const wanted = Object.entries(given).filter((e): e is [string, string] => e[1] !== undefined && e[1] !== '');
    const key = wanted.length === 0 ? undefined : cache.key(of);
    counted.add(wanted.length, { outcome: key === undefined ? 'unavailable' : 'sealed' });
    if (key === undefined) outage.counts(wanted.length);
    return Object.fromEntries(wanted.map(([path, value]) => [path, key === undefined ? UNAVAILABLE : sealValue(key, id, log, path, value)]));
  };
  /** Never from what is at hand: whoever reads is told of an erasure at once. */
  const keysFor = async (scope: string, kids: readonly string[]): Promise<Found | undefined> => {
    if (kids.length === 0) return { keys: new Map(), erased: {} };
    try {
      const { keys, erased } = await keeper.open(scope, kids);
      outage.ends();
      return { keys: new Map(Object.entries(keys).map(([kid, text]) => [kid, subjectKey(Buffer.from(text, 'base64'))])), erased };
    } catch (error) {
      outage.begins(error);
      return undefined;
    }
  };

  return {
    warm: of => cache.warm(of),
    sealer: (of, own) => ({
      seal: (id, log, more) => sealAll(of, id, log, { ...own, ...more }),
      sealOnly: (id, log, only) => sealAll(of, id, log, only),
    }),
    open: async events => {
      const byScope = Map.groupBy(events, e => e.scope);
      const found = new Map(await Promise.all([...byScope].map(async ([scope, list]) => [scope, await keysFor(scope, [...new Set(list.flatMap(kidsOf))])] as const)));
      return events.map(e => openOne(e, found.get(e.scope)));
    },
    forget: () => { cache.forget(); },
  };
};
