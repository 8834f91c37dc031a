import { base64, fromBase64 } from '@cadastre/tlog';

export interface SignedTree {
  readonly origin: string;
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}
export interface TreeToSign extends SignedTree {
  readonly consistency: readonly Uint8Array[];
}
export interface SignerRefusal {
  readonly code: 'BEHIND' | 'INCONSISTENT' | 'UNKNOWN_ORIGIN';
  readonly origin: string;
}
export interface StatementToSign {
  readonly oldOrigin: string;
  readonly oldSize: number;
  readonly oldRoot: Uint8Array;
  readonly recoveredSize: number;
  readonly newOrigin: string;
  readonly at: string;
  readonly reason: string;
  /** Notes of earlier statements, oldest first; they come back signed under the new name, behind the new statement. */
  readonly earlier: readonly string[];
}
type Notes = { readonly ok: true; readonly notes: readonly string[] } | { readonly ok: false; readonly refusal: SignerRefusal };

/** The signer as the notary needs it. All reject when it cannot be reached or answers anything else. */
export interface SignerPort {
  vkey(): Promise<string>;
  /** The last tree of every log that was ever signed. */
  memory(): Promise<readonly SignedTree[]>;
  sign(trees: readonly TreeToSign[]): Promise<Notes>;
  state(statement: StatementToSign): Promise<Notes>;
}

const ANSWER_MS = 20_000;
/** The signer's own limit of one request. */
const MOST = 1_000;

const treeOf = (value: unknown): SignedTree => {
  const { origin, size, root } = (value ?? {}) as Record<string, unknown>;
  const bytes = typeof root === 'string' ? fromBase64(root) : undefined;
  if (typeof origin !== 'string' || !Number.isSafeInteger(size) || bytes?.length !== 32) throw new Error('the signer answered a tree that is none');
  return { origin, size: Number(size), root: bytes };
};

const notesOf = (status: number, body: Record<string, unknown>, wanted: number): Notes => {
  if (status === 409) {
    const { code, origin } = body;
    if ((code !== 'BEHIND' && code !== 'INCONSISTENT' && code !== 'UNKNOWN_ORIGIN') || typeof origin !== 'string') throw new Error('the signer refused without a reason');
    return { ok: false, refusal: { code, origin } };
  }
  const { notes } = body;
  if (!Array.isArray(notes) || notes.length !== wanted || !notes.every(note => typeof note === 'string')) throw new Error('the signer answered other notes than were asked for');
  return { ok: true, notes };
};

/** The signer over HTTP. `url` and `token` as in the configuration. */
export const signerAt = (url: string, token: string): SignerPort => {
  const ask = async (method: 'GET' | 'POST', path: string, body?: unknown): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> => {
    const answer = await fetch(new URL(path, url), {
      method, headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, signal: AbortSignal.timeout(ANSWER_MS), ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const said = (await answer.json()) as Record<string, unknown>;
    if (answer.status !== 200 && answer.status !== 409) throw new Error(`the signer answered ${String(answer.status)} to ${path}: ${typeof said['error'] === 'string' ? said['error'] : 'no reason given'}`);
    return { status: answer.status, body: said };
  };
  const signSome = async (trees: readonly TreeToSign[]): Promise<Notes> => {
    const { status, body } = await ask('POST', '/sign', { checkpoints: trees.map(t => ({ origin: t.origin, size: t.size, root: base64(t.root), consistency: t.consistency.map(base64) })) });
    return notesOf(status, body, trees.length);
  };
  return {
    vkey: async () => String((await ask('GET', '/key')).body['vkey']),
    memory: async () => {
      const { trees } = (await ask('GET', '/memory')).body;
      if (!Array.isArray(trees)) throw new Error('the signer answered no list of trees');
      return trees.map(treeOf);
    },
    sign: async trees => {
      const notes: string[] = [];
      for (let at = 0; at < trees.length; at += MOST) {
        const some = await signSome(trees.slice(at, at + MOST));
        if (!some.ok) return some;
        notes.push(...some.notes);
      }
      return { ok: true, notes };
    },
    state: async s => {
      const { status, body } = await ask('POST', '/statement', { ...s, oldRoot: base64(s.oldRoot) });
      return notesOf(status, body, 1 + s.earlier.length);
    },
  };
};
