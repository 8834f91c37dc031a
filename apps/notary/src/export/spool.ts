import { createHash } from 'node:crypto';
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, createDeflateRaw, deflateRawSync } from 'node:zlib';
import type { ZipEntry } from './zip.ts';

/** An entry with the digest that the manifest names. */
export interface Packed extends ZipEntry {
  /** SHA-256 of the content, lower-case hex. */
  readonly sha256: string;
}

// Part of the format: another level gives other bytes for the same content.
const LEVEL = { level: 6 } as const;
/** Bytes that are read or made at once. No part of the format: the stream is the same however it is cut. */
const CHUNK = 262_144;

/** What fits into memory. */
export const packed = (name: string, content: string | Uint8Array): Packed => {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  const data = deflateRawSync(bytes, LEVEL);
  return { name, crc: crc32(bytes), size: bytes.length, compressed: data.length, sha256: createHash('sha256').update(bytes).digest('hex'), data: () => [data] };
};

/** What does not: compressed to a file of this machine while it comes by, because the manifest in front of it names its digest. */
export interface Spool {
  /** Resolves when more may come: memory stays flat. */
  add(part: Uint8Array): Promise<void>;
  end(): Promise<Packed>;
  close(): Promise<void>;
}

/** A file without a name: whatever becomes of this process, nobody finds it. */
const namelessFile = async (): Promise<FileHandle> => {
  const folder = await mkdtemp(join(tmpdir(), 'cadastre-export-'));
  try {
    return await open(join(folder, 'spool'), 'wx+', 0o600);
  } finally {
    await rm(folder, { recursive: true });
  }
};

async function* partsOf(handle: FileHandle, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < size;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(Math.min(CHUNK, size - at)), { position: at });
    if (bytesRead === 0) throw new Error('the spool of an export is shorter than what was written');
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

export const openSpool = async (name: string): Promise<Spool> => {
  const handle = await namelessFile();
  const deflate = createDeflateRaw({ ...LEVEL, chunkSize: CHUNK });
  const digest = createHash('sha256');
  let [crc, size, compressed] = [0, 0, 0];
  let taken: Promise<void> = Promise.resolve();
  let [wake, broken] = [(): void => undefined, false];
  const written = (async () => {
    for await (const part of deflate) {
      await handle.writeFile(part as Uint8Array);
      compressed += (part as Uint8Array).length;
    }
  })();
  // Whoever adds or ends hears of it; until then it must not be an unhandled rejection.
  written.catch(() => {
    broken = true;
    wake();
  });
  return {
    // Deflated by a thread of its own while the caller makes the next part: one is waited for only when the one behind it is there. Rejected: `drain`, which let the thread stand while a MiB was made.
    add: async part => {
      digest.update(part);
      crc = crc32(part, crc);
      size += part.length;
      await taken;
      if (broken) await written;
      taken = new Promise(resolve => {
        wake = resolve;
        deflate.write(part, () => { resolve(); });
      });
    },
    end: async () => {
      deflate.end();
      await written;
      const length = compressed;
      return { name, crc, size, compressed: length, sha256: digest.digest('hex'), data: () => partsOf(handle, length) };
    },
    close: async () => {
      deflate.destroy();
      await written.catch(() => undefined);
      await handle.close();
    },
  };
};
