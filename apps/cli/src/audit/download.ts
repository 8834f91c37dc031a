import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EXIT, Stop } from '../shared/exit.ts';
import type { Session } from '../shared/session.ts';
import { exportWords } from './words.ts';

/** A finished export, as the door shows it. */
export interface Finished {
  readonly downloadPath: string;
  readonly bytes: number;
  readonly sha256: string;
}

const TRIES = 5;
const sizeOf = async (file: string): Promise<number> => {
  try {
    return (await stat(file)).size;
  } catch {
    return 0;
  }
};
const sha256Of = async (file: string): Promise<string> => {
  const digest = createHash('sha256');
  for await (const part of createReadStream(file)) digest.update(part as Uint8Array);
  return digest.digest('hex');
};

/** One request: what is still missing behind the bytes that are there. `If-Range` makes the server start over when the file is another one. */
const more = async (session: Session, { downloadPath, sha256 }: Finished, part: string): Promise<void> => {
  const there = await sizeOf(part);
  const response = await fetch(new URL(downloadPath, session.url), {
    headers: { authorization: `Bearer ${session.token}`, 'accept-language': session.lang, ...(there === 0 ? {} : { range: `bytes=${String(there)}-`, 'if-range': `"${sha256}"` }) },
  });
  if (!response.ok || response.body === null) {
    const said = (await response.json().catch(() => ({}))) as { readonly errors?: readonly { readonly message: string }[] };
    throw new Stop(response.status === 401 ? EXIT.unauthenticated : response.status >= 500 ? EXIT.unreachable : EXIT.refused, exportWords(session.lang).refused(String(response.status), said.errors?.[0]?.message ?? ''));
  }
  await pipeline(Readable.fromWeb(response.body), createWriteStream(part, { flags: response.status === 206 ? 'a' : 'w' }));
};

/** To `file`, through `file.part`, going on where an earlier call stopped; the name is taken only by bytes with the announced digest. */
export const download = async (session: Session, finished: Finished, file: string): Promise<void> => {
  const part = `${file}.part`;
  for (let n = 1; (await sizeOf(part)) < finished.bytes; n++) {
    try {
      await more(session, finished, part);
    } catch (error) {
      if (error instanceof Stop || n >= TRIES) throw error;
    }
  }
  if ((await sha256Of(part)) !== finished.sha256) throw new Stop(EXIT.refused, exportWords(session.lang).damaged(part));
  await rename(part, file);
};
