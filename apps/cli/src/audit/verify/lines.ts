import { isUtf8 } from 'node:buffer';
import { sha256 } from '@cadastre/platform/digest';
import { bindHash, HASH_BYTES, nodesBetween } from '@cadastre/tlog/merkle';
import { parseStrict } from './json.ts';
import { INSTANT, instantIn, must, textIn } from './shape.ts';

export const merkle = bindHash(sha256);

/** Whole lines of `events.jsonl`, each with its LF. */
export interface Passage {
  readonly bytes: Uint8Array;
  /** Index in the log of the first of them. */
  readonly first: number;
  readonly lines: number;
}
/** What later checks need of a passage whose lines all hold. */
export interface Held {
  /** When each event was, in milliseconds. */
  readonly times: Float64Array<ArrayBuffer>;
  /** 1 where it is a heartbeat, else 0. */
  readonly beats: Uint8Array<ArrayBuffer>;
  /** Roots of the subtrees that these leaves are, as `nodesBetween` names them, 32 bytes each. */
  readonly roots: Uint8Array<ArrayBuffer>;
}
interface Fact {
  readonly time: number;
  readonly beat: boolean;
}

const LF = 10;
const MAX_LINE = 16_384;
const HEARTBEAT = 'audit.log.heartbeat';

const TEXT = String.raw`"[^"\\\x00-\x1f]*"`;
// Fifteen digits are below 2^53 whatever they are; a longer number is left to the parser.
const NUMBER = '-?(?:0|[1-9][0-9]{0,14})';
const TOKEN = /"time":"[^"]*"|"(?:log|type)":"[^"]*"|"v":1(?![0-9])|"[^"]*":?|-?[0-9]+|[[\]{}]/g;
const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
const matching = (token: string): string => {
  if (token.startsWith('"time":"')) return `"time":"(${INSTANT})"`;
  if (token.endsWith('"') && !/^"(?:log|type)":/.test(token)) return TEXT;
  return /^-?[0-9]/.test(token) ? NUMBER : literally(token);
};
const PLAIN = { bytes: 4_096, each: 16, all: 512 } as const;
/**
 * A line that has passed the parser stands for all others with its keys in its order, its log, type and version: what such a pattern matches would pass too,
 * and matching is a tenth of parsing. Only of a line without escapes or white space, in which each quote begins or ends a text; the one group is the time.
 */
const patternOf = (line: string): RegExp | undefined => {
  const bare = line.replace(/"[^"]*"/g, '');
  const plain = line.length <= PLAIN.bytes && !line.includes('\\') && !/\s/.test(bare) && line.split('"time":').length === 2;
  return plain ? new RegExp(`${line.replace(TOKEN, matching)}\n`, 'y') : undefined;
};

interface Shape {
  readonly pattern: RegExp;
  readonly beat: boolean;
}
class Reading {
  readonly #logs: ReadonlySet<string>;
  /** By what follows the type, which is near the end of a line and says which few are worth a try. */
  readonly #shapes = new Map<string, readonly Shape[]>();
  #known = 0;
  #minute = { text: '', time: 0 };
  constructor(logs: ReadonlySet<string>) {
    this.#logs = logs;
  }

  /** @throws Error at the first line that does not hold */
  passage({ bytes, first, lines }: Passage): Held {
    const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    must(isUtf8(all), `an event from ${String(first)} on: not UTF-8`);
    const text = all.toString('latin1');
    const [times, beats, leaves] = [new Float64Array(lines), new Uint8Array(lines), new Array<Uint8Array>(lines)];
    for (let [n, from] = [0, 0]; n < lines; n++) {
      const to = all.indexOf(LF, from);
      must(to - from >= 2 && to - from <= MAX_LINE, `event ${String(first + n)}: length`);
      const { time, beat } = this.#line(all, text, from, to, first + n);
      times[n] = time;
      beats[n] = Number(beat);
      leaves[n] = merkle.leafHash(all.subarray(from, to));
      from = to + 1;
    }
    const subtrees = nodesBetween(BigInt(first), BigInt(first + lines));
    const roots = new Uint8Array(HASH_BYTES * subtrees.length);
    for (const [n, { level, index }] of subtrees.entries()) {
      const at = Number(index) * 2 ** level - first;
      roots.set(merkle.rootOf(leaves.slice(at, at + 2 ** level)), HASH_BYTES * n);
    }
    return { times, beats, roots };
  }

  #line(all: Buffer, text: string, from: number, to: number, index: number): Fact {
    const tail = text.slice(Math.max(from, to - 96), to);
    const at = tail.lastIndexOf(',"type":');
    const kind = at < 0 ? '' : tail.slice(at);
    const shapes = this.#shapes.get(kind) ?? [];
    for (const { pattern, beat } of shapes) {
      pattern.lastIndex = from;
      const found = pattern.exec(text);
      if (found !== null) return { time: this.#time(found[1] ?? ''), beat };
    }
    const fact = this.#parsed(all.toString('utf8', from, to), index);
    const pattern = shapes.length < PLAIN.each && this.#known < PLAIN.all ? patternOf(text.slice(from, to)) : undefined;
    if (pattern !== undefined) {
      this.#known += 1;
      this.#shapes.set(kind, [...shapes, { pattern, beat: fact.beat }]);
    }
    return fact;
  }
  #parsed(line: string, index: number): Fact {
    try {
      const event = parseStrict(line);
      const time = instantIn(event['time']);
      must(event['v'] === 1 && this.#logs.has(textIn(event['log'])), 'v or log');
      return { time, beat: event['type'] === HEARTBEAT };
    } catch (error) {
      throw new Error(`event ${String(index)}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
  /** Most events are of the minute of the one before. */
  #time(instant: string): number {
    const minute = instant.slice(0, 16);
    if (minute !== this.#minute.text) this.#minute = { text: minute, time: instantIn(`${minute}:00.000Z`) };
    return this.#minute.time + Number(instant.slice(17, 19)) * 1_000 + Number(instant.slice(20, 23));
  }
}

/** A reader of passages of these logs; what it learns of one helps with the next. */
export const readingOf = (logs: ReadonlySet<string>): ((passage: Passage) => Held) => {
  const reading = new Reading(logs);
  return passage => reading.passage(passage);
};
