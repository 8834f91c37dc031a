import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parquetReadObjects } from 'hyparquet';

const bareRows = async (file: Buffer): Promise<string> => {
  const rows = await parquetReadObjects({ file: file.buffer.slice(file.byteOffset, file.byteOffset + file.length) as ArrayBuffer });
  return JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
};

/** The entries of a zip by name, inflated, and of a Parquet file the values of its pages besides: as compressed bytes nothing would be found in either. */
export const unpacked = async (zip: Uint8Array): Promise<ReadonlyMap<string, string>> => {
  const folder = mkdtempSync(join(tmpdir(), 'cadastre-unpacked-'));
  try {
    writeFileSync(join(folder, '.zip'), zip);
    execFileSync('unzip', ['-q', '.zip', '-d', 'entries'], { cwd: folder });
    const root = join(folder, 'entries');
    const found = new Map<string, string>();
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true }).filter(e => e.isFile())) {
      const [path, bytes] = [join(entry.parentPath, entry.name), readFileSync(join(entry.parentPath, entry.name))];
      found.set(relative(root, path), `${bytes.toString('utf8')}${entry.name.endsWith('.parquet') ? await bareRows(bytes) : ''}`);
    }
    return found;
  } finally {
    rmSync(folder, { recursive: true });
  }
};
