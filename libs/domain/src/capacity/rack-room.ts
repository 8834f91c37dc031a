/** What a rack can take of one size of claim by its own limit, and why not more. */
export interface RackRoom {
  /** Claims that fit, the rack's own power included. */
  readonly fit: number;
  /** Claims that would fit if power were no matter. */
  readonly slots: number;
  /** Watts left after `fit` claims. */
  readonly leftW: number;
  /** Watts of the cheapest claim that did not fit; 0 when all did. */
  readonly nextW: number;
}

/** A machine with room. */
export interface Open {
  readonly machine: number;
  /** Of one claim. */
  readonly watts: number;
  /** Claims that it takes, power aside. */
  readonly n: number;
  readonly fragmentation: number;
}

/** Claims on one machine, or in one NVLink domain, beyond this are filed together. Orders have at most 512. */
export const MOST = 512;
/** Room of a rack in a key: the part below the fragmentation. */
const ROOM = 1024;

/** In place of watts, which are never negative. */
export const MIXED = -1;
/** Claims that watts feed, of those that there is room for. */
export const fitOf = (slots: number, own: number, each: number): number => (own < 0 ? 0 : each === 0 ? slots : Math.min(slots, Math.floor(own / each)));
/** By how well a claim sits: least fragmentation, then the fullest rack. */
export const keyOf = (fit: number, fragmentation: number): number => fragmentation * ROOM + Math.min(fit, ROOM - 1);
