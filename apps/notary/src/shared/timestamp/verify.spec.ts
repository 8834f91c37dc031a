import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as asn1js from 'asn1js';
import { SignedData, TimeStampResp } from 'pkijs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAuthority, opensslAccepts, type Authority } from '../../testing/authority.ts';
import { certificatesOf, nonceOf, timestampRequest, verifyTimestamp } from './index.ts';

const BYTES = Buffer.from('audit.example.fr\n3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— audit.example.fr AAAA\n');
const NONCE = nonceOf(Uint8Array.of(0x80, 2, 3, 4, 5, 6, 7, 8));
const NOW = new Date().toISOString();

let folder: string;
let authority: Authority;
let response: Buffer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cadastre-tsa-'));
  authority = await makeAuthority(join(folder, 'one'));
  response = await authority.reply(timestampRequest(BYTES, NONCE));
});
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

const rootsOf = (of: Authority) => certificatesOf(readFileSync(of.caFile, 'utf8'));
/** Our verdict and that of `openssl ts -verify`, side by side. */
const verdicts = async (token: Uint8Array, bytes: Uint8Array = BYTES, of: Authority = authority): Promise<readonly [string, boolean]> => {
  const ours = await verifyTimestamp(token, { bytes, roots: rootsOf(of) });
  return [ours.ok ? 'BELIEVED' : ours.error.code, await opensslAccepts(folder, of.caFile, bytes, token)];
};
const tokenOf = (der: Uint8Array): SignedData => new SignedData({ schema: new TimeStampResp({ schema: asn1js.fromBER(Uint8Array.from(der)).result }).timeStampToken?.content as asn1js.AsnType });

describe('a timestamp of a real authority', () => {
  it('is believed, by us and by openssl, and says when, by whom and under which policy', async () => {
    expect(await verdicts(response)).toEqual(['BELIEVED', true]);
    const believed = await verifyTimestamp(response, { bytes: BYTES, roots: rootsOf(authority), nonce: NONCE, now: NOW });
    expect(believed).toMatchObject({ ok: true, value: { serial: '02', policy: '1.2.3.4.1', authority: 'O=Test, CN=tsa' } });
    expect(believed.ok && Math.abs(Date.parse(believed.value.at) - Date.parse(NOW)) < 60_000).toBe(true);
  });

  it('is believed with an RSA key too', async () => {
    const rsa = await makeAuthority(join(folder, 'rsa'), { key: 'rsa' });
    expect(await verdicts(await rsa.reply(timestampRequest(BYTES, NONCE)), BYTES, rsa)).toEqual(['BELIEVED', true]);
  });

  it('is refused over other bytes', async () => {
    expect(await verdicts(response, Buffer.concat([BYTES, Buffer.from('\n')]))).toEqual(['OTHER_BYTES', false]);
  });

  it('is refused when another root is trusted', async () => {
    const other = await makeAuthority(join(folder, 'other'));
    expect(await verdicts(response, BYTES, other)).toEqual(['UNTRUSTED', false]);
  });

  it('is refused when the authority’s certificate had expired', async () => {
    const expired = await makeAuthority(join(folder, 'expired'), { valid: { from: '20200101000000Z', to: '20200201000000Z' } });
    expect(await verdicts(await expired.reply(timestampRequest(BYTES, NONCE)), BYTES, expired)).toEqual(['UNTRUSTED', false]);
  });

  it('is refused when a certificate of the same root signed that may not stamp', async () => {
    const info = tokenOf(response).encapContentInfo.eContent?.getValue() ?? new ArrayBuffer(0);
    expect(await verdicts(await authority.forge(new Uint8Array(info)))).toEqual(['NOT_A_TIMESTAMP_KEY', false]);
  });

  it('is refused with the nonce of another request, or long after it was asked for', async () => {
    const other = await verifyTimestamp(response, { bytes: BYTES, roots: rootsOf(authority), nonce: nonceOf(Uint8Array.of(9, 9, 9, 9, 9, 9, 9, 9)) });
    expect(other).toMatchObject({ ok: false, error: { code: 'OTHER_NONCE' } });
    const later = await verifyTimestamp(response, { bytes: BYTES, roots: rootsOf(authority), now: new Date(Date.parse(NOW) + 3_600_000).toISOString() });
    expect(later).toMatchObject({ ok: false, error: { code: 'WRONG_TIME' } });
  });

  it('is refused when the authority refuses', async () => {
    const refused = await authority.reply(Uint8Array.of(0x30, 0));
    expect((await verdicts(refused))[0]).toBe('NOT_GRANTED');
  });

  it('is not believed with one bit of the signature, of the nonce or of the time changed', async () => {
    const token = tokenOf(response);
    const signature = response.indexOf(Buffer.from(token.signerInfos[0]?.signature.valueBlock.valueHexView ?? []));
    const info = response.indexOf(Buffer.from(token.encapContentInfo.eContent?.getValue() ?? new ArrayBuffer(0)));
    const time = response.indexOf(/20\d{12}Z/.exec(response.subarray(info).toString('latin1'))?.[0] ?? 'no time', info);
    expect([signature, info, time].every(at => at > 0)).toBe(true);
    for (const at of [signature + 8, signature + 40, time + 13, response.indexOf(Buffer.from(NONCE))]) {
      const changed = Buffer.from(response);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect((await verifyTimestamp(changed, { bytes: BYTES, roots: rootsOf(authority) })).ok, `byte ${String(at)}`).toBe(false);
    }
  });

  it.each([['nothing', Buffer.alloc(0)], ['text', Buffer.from('<html>')], ['a lone SEQUENCE', Buffer.from('3000', 'hex')], ['lengths that lie', Buffer.from('308fffffffff', 'hex')]])('%s is no response, and nothing is thrown', async (_case, bytes) => {
    expect(await verifyTimestamp(bytes, { bytes: BYTES, roots: rootsOf(authority) })).toMatchObject({ ok: false, error: { code: 'MALFORMED' } });
  });

  it('something after the response is refused, and so is a cut one', async () => {
    for (const bytes of [Buffer.concat([response, Buffer.of(0)]), response.subarray(0, -1)]) {
      expect(await verifyTimestamp(bytes, { bytes: BYTES, roots: rootsOf(authority) })).toMatchObject({ ok: false, error: { code: 'MALFORMED' } });
    }
  });
});
