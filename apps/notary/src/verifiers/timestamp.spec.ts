import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withFiles } from '../testing/alter.ts';
import { makeAuthority } from '../testing/authority.ts';
import { bundleOf, partsOf } from '../testing/bundle.ts';
import { run, VERIFIERS } from '../testing/verifiers.ts';

/** What a real authority stamps must be believed by the programs, and by the command that they print. */
const folder = mkdtempSync(join(tmpdir(), 'cadastre-authority-'));
afterAll(() => { rmSync(folder, { recursive: true }); });
const at = (name: string): string => join(folder, name);
const STAMPED = 'timestamps/7.checkpoint';
const openssl = (...args: readonly string[]): Buffer => execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });

describe('a timestamp of a real authority', () => {
  let roots = '';
  beforeAll(async () => {
    const authority = await makeAuthority(folder);
    roots = authority.caFile;
    const parts = partsOf({ timestamps: [7] });
    mkdirSync(at('timestamps'));
    writeFileSync(at(STAMPED), parts.files.get(STAMPED) ?? '');
    openssl('ts', '-query', '-data', STAMPED, '-sha256', '-cert', '-out', 'query');
    const reply = await authority.reply(readFileSync(at('query')));
    writeFileSync(at('timestamps/7.tsr'), reply);
    const { bytes, trust } = bundleOf(withFiles(parts, { 'timestamps/7.tsr': reply }));
    writeFileSync(at('bundle.zip'), bytes);
    writeFileSync(at('trust.txt'), trust);
  });

  it.each(VERIFIERS)('%s believes it, and the command that it prints does too', name => {
    const { said, line } = run(name, ['--trust', at('trust.txt'), '--lang', 'en', at('bundle.zip')]);
    expect(line).toBe('verdict: OK 60 events');
    const command = /openssl (ts -verify .* -CAfile) \S+/.exec(said)?.[1]?.split(' ') ?? [];
    expect(openssl(...command, roots).toString()).toContain('Verification: OK');
    // The same reply over other bytes is what the command is for.
    const elsewhere = command.map(word => (word === STAMPED ? 'trust.txt' : word));
    expect(() => openssl(...elsewhere, roots)).toThrow();
  });
});
