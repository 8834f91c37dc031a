// One background key for every seven urgent ones: a resync of 100,000 keys must not delay an order, and a stream of orders must not stop the resync.
const BACKGROUND_TURN = 8;

export type Lane = 'urgent' | 'background';

/** Two first-in-first-out lanes of distinct keys. */
export interface Lanes<K> {
  /** Adds the key; a key of the background lane moves up when it becomes urgent, and never back. */
  add(key: K, lane: Lane): void;
  take(): K | undefined;
  clear(): void;
  size(): number;
}

export const createLanes = <K>(): Lanes<K> => {
  const urgent = new Set<K>();
  const background = new Set<K>();
  let turn = 0;

  const shift = (lane: Set<K>): K | undefined => {
    for (const key of lane) {
      lane.delete(key);
      return key;
    }
    return undefined;
  };

  return {
    add: (key, lane) => {
      if (lane === 'background') {
        if (!urgent.has(key)) background.add(key);
        return;
      }
      background.delete(key);
      urgent.add(key);
    },
    take: () => {
      turn = (turn + 1) % BACKGROUND_TURN;
      const [first, second] = turn === 0 ? [background, urgent] : [urgent, background];
      return shift(first) ?? shift(second);
    },
    clear: () => {
      urgent.clear();
      background.clear();
    },
    size: () => urgent.size + background.size,
  };
};
