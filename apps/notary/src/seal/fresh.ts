/** Bytes of leaves that were given an index by this process and are not in storage yet, and of the bundle that is not full yet: what would else be read from the database a second time. */
export interface Fresh {
  /** Leaves `from` … of a log. */
  keep(logId: number, from: number, bodies: readonly Uint8Array[]): void;
  /** Leaves `from` … `to` − 1; undefined unless all of them are held. */
  take(logId: number, from: number, to: number): readonly Uint8Array[] | undefined;
  /** Leaves below `before` are not needed any more. */
  drop(logId: number, before: number): void;
}

interface Held {
  from: number;
  bodies: Uint8Array[];
}

/** Bytes that are held at most; whatever is older is read from the database again. */
const MOST_BYTES = 64 * 2 ** 20;

const sizeOf = (bodies: readonly Uint8Array[]): number => bodies.reduce((sum, body) => sum + body.length, 0);

export const holdFresh = (most = MOST_BYTES): Fresh => {
  const logs = new Map<number, Held>();
  let bytes = 0;
  const forget = (logId: number): void => {
    bytes -= sizeOf(logs.get(logId)?.bodies ?? []);
    logs.delete(logId);
  };
  return {
    keep: (logId, from, bodies) => {
      const held = logs.get(logId);
      const goesOn = held !== undefined && held.from + held.bodies.length === from;
      if (!goesOn) forget(logId);
      // Behind the others in the map: the one that grew longest ago goes first.
      logs.delete(logId);
      logs.set(logId, goesOn ? { from: held.from, bodies: [...held.bodies, ...bodies] } : { from, bodies: [...bodies] });
      bytes += sizeOf(bodies);
      for (const oldest of logs.keys()) {
        if (bytes <= most) break;
        forget(oldest);
      }
    },
    take: (logId, from, to) => {
      const held = logs.get(logId);
      return held === undefined || from < held.from || to > held.from + held.bodies.length ? undefined : held.bodies.slice(from - held.from, to - held.from);
    },
    drop: (logId, before) => {
      const held = logs.get(logId);
      if (held === undefined || before <= held.from) return;
      const gone = held.bodies.splice(0, before - held.from);
      held.from = before;
      bytes -= sizeOf(gone);
    },
  };
};
