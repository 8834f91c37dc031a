import { verify, createPublicKey } from 'node:crypto';
import { base64, formatSignature, parseCosignature, parseNote, verifierOf, verifyNote, type Ed25519Equation, type VerifierKey } from '@cadastre/tlog';
import { no, ok, type Instant, type Result } from '@cadastre/domain/core';

/** A witness as the policy names it. */
export interface WitnessAddress {
  readonly key: VerifierKey;
  /** Submission prefix: `/add-checkpoint` is below it. */
  readonly url: string;
}

/** A tree of the log and its signed note, which is sent as it is. */
export interface ToCosign {
  readonly size: bigint;
  /** The C2SP signed note without cosignatures. */
  readonly note: string;
}

export interface Cosigned {
  /** The whole signature line with its LF. */
  readonly line: string;
  /** What the witness's clock said. */
  readonly at: Instant;
}

/** `detail` is for the log, in English. */
export interface NotCosigned {
  /** AHEAD: the witness saw a greater tree than we have, so either it or we went back. */
  readonly code: 'UNREACHABLE' | 'REFUSED' | 'AHEAD' | 'BAD_COSIGNATURE' | 'WRONG_TIME';
  readonly detail: string;
}

export interface Question {
  readonly checkpoint: ToCosign;
  /** The size that the witness cosigned last, as far as we know; the witness corrects it. */
  readonly known: bigint;
  /** RFC 6962 §2.1.2 from a size to the checkpoint's. */
  readonly consistency: (from: bigint) => Promise<readonly Uint8Array[]>;
  readonly now: Instant;
  readonly signal: AbortSignal;
}

const ANSWER_MS = 8_000;
/** A size, or a few lines of at most 5 KB. */
const MAX_ANSWER_BYTES = 65_536;
/** A cosignature says when the tree was seen: one from another hour would prove something else. */
const MAX_CLOCK_DIFFERENCE_MS = 300_000;

const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const equation: Ed25519Equation = (publicKey, message, signature) =>
  verify(null, message, createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: 'der', type: 'spki' }), signature);

/** C2SP tlog-witness, `add-checkpoint`, with the one more try that a 409 asks for. Resolves whatever the witness does; throws what `consistency` throws. */
export const askWitness = async (witness: WitnessAddress, question: Question): Promise<Result<Cosigned, NotCosigned>> => {
  let known = question.known;
  for (let attempt = 1; ; attempt++) {
    if (known > question.checkpoint.size) return no({ code: 'AHEAD', detail: `it cosigned size ${String(known)}, we have ${String(question.checkpoint.size)}` });
    const answer = await post(witness, await bodyOf(question, known), question.signal);
    if (!answer.ok) return answer;
    const { status, text } = answer.value;
    if (status === 200) return cosignatureIn(witness.key, question, text);
    const size = status === 409 ? /^(0|[1-9]\d{0,18})\n$/.exec(text)?.[1] : undefined;
    // Twice the same correction, or a second one: somebody else asks for the same log at the same time, and the next round finds out.
    if (size === undefined || attempt > 1) return no({ code: 'REFUSED', detail: `status ${String(status)}` });
    known = BigInt(size);
  }
};

const bodyOf = async ({ checkpoint, consistency }: Question, known: bigint): Promise<string> => {
  const proof = known === 0n || known === checkpoint.size ? [] : await consistency(known);
  return [`old ${String(known)}`, ...proof.map(base64), '', checkpoint.note].join('\n');
};

const post = async (witness: WitnessAddress, body: string, signal: AbortSignal): Promise<Result<{ readonly status: number; readonly text: string }, NotCosigned>> => {
  try {
    const response = await fetch(`${witness.url.replace(/\/$/, '')}/add-checkpoint`, {
      method: 'POST', body, redirect: 'error', headers: { 'content-type': 'text/plain' }, signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
    });
    return ok({ status: response.status, text: await shortText(response) });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
    return no({ code: 'UNREACHABLE', detail: `${error instanceof Error ? error.message : String(error)}${cause}` });
  }
};

const shortText = async (response: Response): Promise<string> => {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > MAX_ANSWER_BYTES) throw new Error(`more than ${String(MAX_ANSWER_BYTES)} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
};

/** The witness's own line, verified over our note's text; lines of other keys are left where they are. */
const cosignatureIn = (key: VerifierKey, { checkpoint, now }: Question, lines: string): Result<Cosigned, NotCosigned> => {
  const bad = (detail: string) => no({ code: 'BAD_COSIGNATURE', detail } as const);
  const own = parseNote(checkpoint.note);
  const answered = own.ok ? parseNote(`${own.value.text}\n${lines}`) : own;
  if (!answered.ok) return bad(answered.error.because);
  const verified = verifyNote(answered.value, [verifierOf(key, equation)]);
  const line = verified.ok ? verified.value.verified[0] : undefined;
  const time = line === undefined ? undefined : parseCosignature(line.signature)?.time;
  if (line === undefined || time === undefined) return bad(verified.ok ? 'no cosignature of its own' : verified.error.because);
  const differenceMs = time * 1_000n - BigInt(Date.parse(now));
  if (differenceMs > MAX_CLOCK_DIFFERENCE_MS || differenceMs < -MAX_CLOCK_DIFFERENCE_MS) return no({ code: 'WRONG_TIME', detail: `it says ${String(time)} seconds, we have ${now}` });
  return ok({ line: formatSignature(line), at: new Date(Number(time) * 1_000).toISOString() });
};
