import { createHash } from 'node:crypto';
import { AwsClient } from 'aws4fetch';
import type { ByteRange, Objects, Stored } from './model.ts';
import { checkedKey, checkedPrefix, ObjectConflict, ObjectsUnavailable, rangeHeader, sameBytes } from './model.ts';

export interface S3Place {
  /** Origin of the store, `https://s3.example.fr`; buckets are named in the path. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** Empty, or words joined by `/`. */
  readonly prefix: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** Parts of a multipart upload: at least 5 MiB each but the last, at most 10,000 of them, so 78 GiB an object. */
const PART = 8 * 1_048_576;
const TIMEOUT_MS = 60_000;
const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'" };
const plain = (text: string): string => text.replace(/&(?:amp|lt|gt|quot|apos);/g, e => ENTITIES[e] ?? e);
// Answers of the store are flat lists of elements without attributes; keys of ours hold nothing that XML escapes. Rejected: an XML parser, for three element names.
const elements = (xml: string, name: string): readonly string[] => [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(m => plain(m[1] ?? ''));

interface Ask {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Statuses that are answers; anything else is `ObjectsUnavailable`. */
  readonly expect: readonly number[];
}
type Send = (key: string, ask: Ask) => Promise<Response>;

const senderOf = (place: S3Place, where: string): Send => {
  const client = new AwsClient({ accessKeyId: place.accessKeyId, secretAccessKey: place.secretAccessKey, ...(place.sessionToken === undefined ? {} : { sessionToken: place.sessionToken }), service: 's3', region: place.region, retries: 3 });
  const bucket = `${place.endpoint.replace(/\/+$/, '')}/${place.bucket}`;
  return async (key, { method, query, headers, body, expect }) => {
    const url = new URL(key === '' ? bucket : `${bucket}/${key}`);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
    let answer: Response;
    try {
      // The digest of the body is part of the signature: bytes that change on the way are refused by the store.
      answer = await client.fetch(url.href, { method, headers: { ...headers, 'x-amz-content-sha256': sha256(body ?? '') }, ...(body === undefined ? {} : { body: Uint8Array.from(body) }), signal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch (error) {
      throw new ObjectsUnavailable(`${where} does not answer: ${error instanceof Error ? error.message : 'unknown'}`, { cause: error });
    }
    if (expect.includes(answer.status)) return answer;
    const said = elements(await answer.text(), 'Code')[0];
    throw new ObjectsUnavailable(`${where} answered ${String(answer.status)}${said === undefined ? '' : ` (${said})`} to ${method} ${key}`);
  };
};

const bytesOf = async (answer: Response): Promise<Uint8Array> => new Uint8Array(await answer.arrayBuffer());
const drop = async (answer: Response): Promise<undefined> => void (await answer.body?.cancel());

/** Cuts a stream into parts of exactly PART bytes and a last one of the rest. */
async function* partsOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    let rest = chunk;
    while (size + rest.length >= PART) {
      yield Buffer.concat([...held, rest.subarray(0, PART - size)]);
      rest = rest.subarray(PART - size);
      held = [];
      size = 0;
    }
    if (rest.length > 0) held.push(rest);
    size += rest.length;
  }
  if (size > 0) yield Buffer.concat(held);
}

// 412: something is there. 409: somebody else is writing it just now; who comes second finds it.
const TAKEN = [412, 409];

const uploadParts = async (send: Send, full: string, parts: AsyncIterable<Uint8Array>): Promise<Stored & { readonly taken: boolean }> => {
  const [uploadId] = elements(await (await send(full, { method: 'POST', query: { uploads: '' }, expect: [200] })).text(), 'UploadId');
  if (uploadId === undefined) throw new ObjectsUnavailable(`the store began no upload of ${full}`);
  const digest = createHash('sha256');
  const etags: string[] = [];
  let bytes = 0;
  try {
    for await (const part of parts) {
      const answer = await send(full, { method: 'PUT', query: { partNumber: String(etags.length + 1), uploadId }, body: part, expect: [200] });
      etags.push(answer.headers.get('etag') ?? '');
      await drop(answer);
      digest.update(part);
      bytes += part.length;
    }
    const list = etags.map((etag, i) => `<Part><PartNumber>${String(i + 1)}</PartNumber><ETag>${etag}</ETag></Part>`).join('');
    const done = await send(full, {
      method: 'POST', query: { uploadId }, headers: { 'if-none-match': '*', 'content-type': 'application/xml' }, body: Buffer.from(`<CompleteMultipartUpload>${list}</CompleteMultipartUpload>`), expect: [200, ...TAKEN],
    });
    // S3 answers 200 before it knows and puts an error into the body.
    const said = elements(await done.text(), 'Code')[0];
    if (done.status === 200 && said !== undefined && said !== 'PreconditionFailed') throw new ObjectsUnavailable(`the store did not complete ${full} (${said})`);
    const taken = done.status !== 200 || said !== undefined;
    if (taken) await abandon(send, full, uploadId);
    return { bytes, sha256: digest.digest('hex'), taken };
  } catch (error) {
    await abandon(send, full, uploadId);
    throw error;
  }
};
// What an abandoned upload leaves behind costs money, not truth: the bucket's own rule clears it if this fails.
const abandon = (send: Send, full: string, uploadId: string): Promise<unknown> => send(full, { method: 'DELETE', query: { uploadId }, expect: [204, 404] }).then(drop, () => undefined);

async function* keysOf(send: Send, prefix: string, under: string): AsyncGenerator<string, void, undefined> {
  let token: string | undefined;
  do {
    const xml: string = await (await send('', { method: 'GET', query: { 'list-type': '2', prefix: `${prefix}${under}`, ...(token === undefined ? {} : { 'continuation-token': token }) }, expect: [200] })).text();
    for (const key of elements(xml, 'Key')) yield key.slice(prefix.length);
    token = elements(xml, 'IsTruncated')[0] === 'true' ? elements(xml, 'NextContinuationToken')[0] : undefined;
  } while (token !== undefined);
}

const readRange = async (send: Send, key: string, full: string, range: ByteRange | undefined): Promise<{ readonly size: number; readonly body: AsyncIterable<Uint8Array> } | undefined> => {
  const wanted = rangeHeader(range);
  const answer = await send(full, { method: 'GET', headers: wanted === undefined ? {} : { range: wanted }, expect: [200, 206, 404, 416] });
  if (answer.status === 404) return drop(answer);
  const total = Number(answer.headers.get('content-range')?.split('/')[1] ?? answer.headers.get('content-length'));
  if (answer.status === 416) {
    await drop(answer);
    throw new RangeError(`${key} has no range ${String(range?.from)}-${String(range?.to ?? '')}`);
  }
  if (answer.body === null) throw new ObjectsUnavailable(`the store sent no body for ${key}`);
  return { size: total, body: answer.body };
};

/** The write-once store in a bucket of an S3-compatible service: `If-None-Match: *` makes the service itself refuse to overwrite. */
export const s3Objects = (place: S3Place): Objects => {
  const prefix = place.prefix === '' ? '' : `${place.prefix.replace(/\/+$/, '')}/`;
  const where = `s3://${place.bucket}/${prefix} at ${place.endpoint}`;
  const send = senderOf(place, where);
  const nameOf = (key: string): string => `${prefix}${checkedKey(key)}`;
  const get = async (key: string): Promise<Uint8Array | undefined> => {
    const answer = await send(nameOf(key), { method: 'GET', expect: [200, 404] });
    return answer.status === 404 ? drop(answer) : bytesOf(answer);
  };
  const put = async (key: string, bytes: Uint8Array): Promise<void> => {
    const answer = await send(nameOf(key), { method: 'PUT', headers: { 'if-none-match': '*' }, body: bytes, expect: [200, ...TAKEN] });
    await drop(answer);
    if (answer.status === 200) return;
    const known = await get(key);
    if (known === undefined) throw new ObjectsUnavailable(`${key} is being written by somebody else`);
    if (!sameBytes(known, bytes)) throw new ObjectConflict(key, where);
  };
  return {
    where,
    put,
    get,
    replace: async (key, bytes) => drop(await send(nameOf(key), { method: 'PUT', body: bytes, expect: [200] })),
    putStream: async (key, source) => {
      const parts = partsOf(source);
      const first = await parts.next();
      const head = first.done === true ? new Uint8Array() : first.value;
      if (head.length < PART) {
        await put(key, head);
        return { bytes: head.length, sha256: sha256(head) };
      }
      const { taken, ...stored } = await uploadParts(send, nameOf(key), (async function* () { yield head; yield* parts; })());
      if (taken) {
        const digest = createHash('sha256');
        const known = await readRange(send, key, nameOf(key), undefined);
        for await (const part of known?.body ?? []) digest.update(part);
        if (digest.digest('hex') !== stored.sha256) throw new ObjectConflict(key, where);
      }
      return stored;
    },
    stream: (key, range) => readRange(send, key, nameOf(key), range),
    stat: async key => {
      const answer = await send(nameOf(key), { method: 'HEAD', expect: [200, 404] });
      await drop(answer);
      return answer.status === 404 ? undefined : { size: Number(answer.headers.get('content-length')) };
    },
    list: under => keysOf(send, prefix, checkedPrefix(under)),
    remove: async key => drop(await send(nameOf(key), { method: 'DELETE', expect: [200, 204, 404] })),
  };
};
