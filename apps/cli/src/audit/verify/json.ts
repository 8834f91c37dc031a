export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

const DEPTH = 64;
const NUMBER = /-?(?:0|[1-9][0-9]*)/y;
const SPACE = /[ \t\r]*/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const KEY = /^[ -~]*$/;
const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** The JSON rules of docs/audit-bundle.md, which two readers cannot read differently: JSON.parse takes repeated keys, any order, any number. @throws Error */
export const parseStrict = (text: string): JsonObject => {
  const reading = new Reading(text);
  const value = reading.value(0);
  reading.space();
  if (!reading.atEnd || typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('not one JSON object');
  return value as JsonObject;
};

class Reading {
  readonly #text: string;
  #at = 0;
  constructor(text: string) {
    this.#text = text;
  }
  get atEnd(): boolean {
    return this.#at === this.#text.length;
  }
  space(): void {
    this.#take(SPACE);
  }
  value(depth: number): Json {
    this.space();
    switch (this.#text[this.#at]) {
      case '{': return this.#object(depth + 1);
      case '[': return this.#array(depth + 1);
      case '"': return this.#string();
      case 't': return this.#word('true', true);
      case 'f': return this.#word('false', false);
      case 'n': return this.#word('null', null);
      default: return this.#number();
    }
  }

  #object(depth: number): JsonObject {
    const members: [string, Json][] = [];
    this.#each(depth, '}', () => {
      this.space();
      const key = this.#string();
      if (!KEY.test(key)) throw new Error('a key beyond ASCII');
      const before = members.at(-1)?.[0];
      if (before !== undefined && before >= key) throw new Error('keys are not ascending');
      this.space();
      this.#expect(':');
      members.push([key, this.value(depth)]);
    });
    return Object.fromEntries(members);
  }
  #array(depth: number): readonly Json[] {
    const items: Json[] = [];
    this.#each(depth, ']', () => { items.push(this.value(depth)); });
    return items;
  }
  #each(depth: number, close: string, one: () => void): void {
    if (depth > DEPTH) throw new Error('nested too deeply');
    this.#at += 1;
    this.space();
    if (this.#text[this.#at] === close) {
      this.#at += 1;
      return;
    }
    for (;;) {
      one();
      this.space();
      if (this.#text[this.#at] === close) break;
      this.#expect(',');
    }
    this.#at += 1;
  }
  #string(): string {
    this.#expect('"');
    let out = '';
    for (;;) {
      out += this.#take(PLAIN);
      const c = this.#text[this.#at];
      this.#at += 1;
      if (c === '"') return out;
      if (c !== '\\') throw new Error('a string that does not end');
      out += this.#escape();
    }
  }
  #escape(): string {
    const c = this.#text[this.#at] ?? '';
    this.#at += 1;
    if (c !== 'u') {
      const plain = ESCAPES[c];
      if (plain === undefined) throw new Error('an escape that is none');
      return plain;
    }
    const hex = this.#text.slice(this.#at, this.#at + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(hex)) throw new Error('an escape that is none');
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(hex, 16));
  }
  #number(): number {
    const n = Number(this.#take(NUMBER) || 'none');
    if (!Number.isSafeInteger(n)) throw new Error('not an integer of at most 2^53 - 1');
    return n;
  }
  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw new Error('a word that is none');
    this.#at += word.length;
    return value;
  }
  #expect(c: string): void {
    if (this.#text[this.#at] !== c) throw new Error(`no ${c}`);
    this.#at += 1;
  }
  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }
}
