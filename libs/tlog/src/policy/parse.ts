import { isBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Refused, Result } from '../note/result.ts';
import { ok, refused } from '../note/result.ts';
import { fromUtf8 } from '../note/text.ts';
import type { KeyType, VerifierKey } from '../note/vkey.ts';
import { COSIGNATURE, ED25519, isKeyName, parseVkey } from '../note/vkey.ts';
import type { Policy, PolicyLog, PolicyWitness, Quorum } from './policy.ts';

export type PolicyFault = Refused<
  | 'POLICY_TOO_LONG' | 'POLICY_CONTROL' | 'POLICY_TEXT' | 'POLICY_NO_FINAL_NEWLINE' | 'POLICY_KEYWORD' | 'POLICY_ARITY' | 'POLICY_VKEY' | 'POLICY_KEY_TYPE' | 'POLICY_SAME_KEY'
  | 'POLICY_NAME' | 'POLICY_UNKNOWN_NAME' | 'POLICY_MEMBER_TWICE' | 'POLICY_THRESHOLD' | 'POLICY_TWO_QUORUMS' | 'POLICY_NO_QUORUM' | 'POLICY_LOGS' | 'POLICY_NOT_ASCII'
>;
type Step = Result<true, PolicyFault>;
const DONE: Step = ok(true);

const MAX_POLICY_BYTES = 65_536;

interface Line {
  /** From 1. */
  readonly number: number;
  readonly words: readonly string[];
}

class Reading {
  readonly logs: PolicyLog[] = [];
  readonly witnesses: PolicyWitness[] = [];
  quorum: Quorum | undefined;
  readonly #named = new Map<string, Quorum>();
  readonly #members = new Set<string>();

  take({ number, words: [keyword, ...rest] }: Line): Step {
    switch (keyword) {
      case 'log': return this.#log(number, rest);
      case 'witness': return this.#witness(number, rest);
      case 'group': return this.#group(number, rest);
      case 'quorum': return this.#quorum(number, rest);
      default: return refused('POLICY_KEYWORD', 'a line begins with log, witness, group, quorum or #', number);
    }
  }

  #log(number: number, [vkey, url, ...more]: readonly string[]): Step {
    if (vkey === undefined || more.length > 0) return refused('POLICY_ARITY', 'a log has a vkey and may have a URL', number);
    const key = keyOf(number, vkey, ED25519, this.logs);
    if (!key.ok) return key;
    this.logs.push({ key: key.value, url });
    return DONE;
  }

  #witness(number: number, [name, vkey, url, ...more]: readonly string[]): Step {
    if (name === undefined || vkey === undefined || more.length > 0) return refused('POLICY_ARITY', 'a witness has a name and a vkey, and may have a URL', number);
    const key = keyOf(number, vkey, COSIGNATURE, this.witnesses);
    if (!key.ok) return key;
    const witness = { name, key: key.value, url };
    const named = this.#name(number, name, { kind: 'witness', witness });
    if (named.ok) this.witnesses.push(witness);
    return named;
  }

  #group(number: number, [name, least, ...members]: readonly string[]): Step {
    if (name === undefined || least === undefined || members.length === 0) return refused('POLICY_ARITY', 'a group has a name, all, any or a number, and at least one member', number);
    const threshold = least === 'all' ? members.length : least === 'any' ? 1 : /^[1-9][0-9]{0,3}$/.test(least) ? Number(least) : 0;
    if (threshold < 1 || threshold > members.length) return refused('POLICY_THRESHOLD', 'a group asks for all, any, or 1 to as many as it has members', number);
    const found: Quorum[] = [];
    for (const member of members) {
      const known = this.#named.get(member);
      if (known === undefined) return refused('POLICY_UNKNOWN_NAME', 'a member is named on a line before', number);
      // In one group or in two: each witness can help towards the quorum in one way only.
      if (this.#members.has(member)) return refused('POLICY_MEMBER_TWICE', 'a name is a member once, in one group', number);
      this.#members.add(member);
      found.push(known);
    }
    return this.#name(number, name, { kind: 'group', name, threshold, members: found });
  }

  #quorum(number: number, [name, ...more]: readonly string[]): Step {
    if (name === undefined || more.length > 0) return refused('POLICY_ARITY', 'a quorum has one name', number);
    if (this.quorum !== undefined) return refused('POLICY_TWO_QUORUMS', 'there is one quorum line', number);
    this.quorum = name === 'none' ? { kind: 'none' } : this.#named.get(name);
    return this.quorum === undefined ? refused('POLICY_UNKNOWN_NAME', 'a quorum is named on a line before', number) : DONE;
  }

  #name(number: number, name: string, what: Quorum): Step {
    if (name === 'none') return refused('POLICY_NAME', 'none means no quorum, and names nothing else', number);
    if (this.#named.has(name)) return refused('POLICY_NAME', 'a name is given once, to a witness or to a group', number);
    this.#named.set(name, what);
    return DONE;
  }
}

const hasKey = (known: readonly { readonly key: VerifierKey }[], key: VerifierKey): boolean => known.some(other => other.key.publicKey.every((byte, i) => byte === key.publicKey[i]));

const keyOf = (number: number, vkey: string, type: KeyType, known: readonly { readonly key: VerifierKey }[]): Result<VerifierKey, PolicyFault> => {
  const key = parseVkey(vkey);
  if (!key.ok) return refused('POLICY_VKEY', key.error.because, number);
  if (key.value.type !== type) return refused('POLICY_KEY_TYPE', 'a log has a key of type 0x01, a witness one of type 0x04', number);
  // The key itself, not its name: one key under two names would be two witnesses.
  return hasKey(known, key.value) ? refused('POLICY_SAME_KEY', 'the same public key stands on a line before', number) : key;
};

// Octets as letters of the same number: the syntax is ASCII, and what lies above it is opaque.
const octetsOf = (text: unknown): Uint8Array | undefined => (isBytes(text) ? text : typeof text === 'string' && text.isWellFormed() ? utf8ToBytes(text) : undefined);
const lettersOf = (octets: Uint8Array): string => {
  let letters = '';
  for (const octet of octets) letters += String.fromCharCode(octet);
  return letters;
};

const linesOf = (letters: string): Result<readonly Line[], PolicyFault> => {
  const lines: Line[] = [];
  for (const [n, raw] of letters.slice(0, -1).split('\n').entries()) {
    if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(raw)) return refused('POLICY_CONTROL', 'a policy has no control character but tab and LF (so no CR)', n + 1);
    const words = raw.split(/[ \t]+/).filter(word => word !== '');
    if (words.length === 0 || words[0]?.startsWith('#') === true) continue;
    const text = fromUtf8(Uint8Array.from(words.join(' '), letter => letter.charCodeAt(0)));
    // A key name is UTF-8 by its own spec; only a comment may be anything.
    if (text === undefined) return refused('POLICY_TEXT', 'a line that is no comment is UTF-8', n + 1);
    lines.push({ number: n + 1, words: text.split(' ') });
  }
  return ok(lines);
};

const lettersIn = (text: string | Uint8Array): Result<string, PolicyFault> => {
  const octets = octetsOf(text);
  if (octets === undefined) return refused('POLICY_TEXT', 'a policy is text');
  return octets.length > MAX_POLICY_BYTES ? refused('POLICY_TOO_LONG', `a policy has at most ${String(MAX_POLICY_BYTES)} bytes`) : ok(lettersOf(octets));
};
/** Of lines that all end in LF. */
const policyIn = (letters: string): Result<Policy, PolicyFault> => {
  const lines = linesOf(letters);
  if (!lines.ok) return lines;
  const reading = new Reading();
  for (const line of lines.value) {
    const step = reading.take(line);
    if (!step.ok) return step;
  }
  const { logs, witnesses, quorum } = reading;
  return quorum === undefined ? refused('POLICY_NO_QUORUM', 'there is one quorum line') : ok({ logs, witnesses, quorum });
};

/**
 * A policy file, by C2SP tlog-policy; of its liberties this takes one: at most 64 KiB. The last line ends in LF like every other: a file that
 * was cut may have lost its quorum.
 */
export const parsePolicy = (text: string | Uint8Array): Result<Policy, PolicyFault> => {
  const letters = lettersIn(text);
  if (!letters.ok) return letters;
  const { value } = letters;
  return value === '' || value.endsWith('\n') ? policyIn(value) : refused('POLICY_NO_FINAL_NEWLINE', 'the last line of a policy ends in LF', value.split('\n').length);
};

/**
 * A policy that the verifiers of a bundle take as `--trust` (docs/audit-bundle.md): exactly one log, which is none of its own witnesses, and
 * nothing above ASCII outside of comments, and names like those of keys; its last line may lack the LF, as in a file that a person typed.
 * What the notary works under must pass here, or an auditor's program would refuse it years later.
 */
export const parseTrust = (text: string | Uint8Array): Result<Policy, PolicyFault> => {
  const letters = lettersIn(text);
  if (!letters.ok) return letters;
  const policy = policyIn(letters.value.endsWith('\n') ? letters.value : `${letters.value}\n`);
  if (!policy.ok) return policy;
  const { logs, witnesses } = policy.value;
  if (logs.length !== 1) return refused('POLICY_LOGS', 'a trust file has exactly one log line');
  if (logs.some(log => hasKey(witnesses, log.key))) return refused('POLICY_SAME_KEY', 'a log is not its own witness');
  for (const [n, line] of letters.value.split('\n').entries()) {
    const [keyword = '', name = ''] = line.split(/[ \t]+/).filter(word => word !== '');
    if (keyword.startsWith('#')) continue;
    if (/[\u0080-\u00ff]/.test(line)) return refused('POLICY_NOT_ASCII', 'a trust file is ASCII outside of comments', n + 1);
    if ((keyword === 'witness' || keyword === 'group') && !isKeyName(name)) return refused('POLICY_NAME', 'a name in a trust file has at most 255 characters and no +', n + 1);
  }
  return policy;
};
