import type { RawRow } from '@cadastre/domain/rack';
import { describe, expect, it } from 'vitest';
import { readRackFile, type FileFormat } from './rack.file.ts';

const inWords = (format: FileFormat, content: string): readonly string[] => {
  const read = readRackFile(format, content);
  if (read.ok) return read.value.map(rowInWords);
  return read.error.map(f => `${f.code}${f.line === undefined ? '' : ` line ${String(f.line)}`} ${String(f.params['detail'] ?? f.params['value'] ?? f.params['field'] ?? f.params['length'])}`);
};
const rowInWords = ({ line, fields }: RawRow): string => `${String(line)}: ${fields.map(f => `${f.name}@${String(f.line)}=${f.value.kind}`).join(' ')}`;

describe('a YAML file', () => {
  it.each([
    { reason: 'lines are those of the rows and of their fields', content: 'racks:\n  - name: A01\n    units: 48\n  - {name: A02, units: 47}\n', said: ['2: name@2=text units@3=number', '4: name@4=text units@4=number'] },
    { reason: 'an empty field is an absent one', content: 'racks:\n  - name: A01\n    feedA:\n', said: ['2: name@2=text'] },
    { reason: 'lists are kept', content: 'racks:\n  - assumed: [units, state]\n', said: ['2: assumed@2=list'] },
    { reason: 'what is nested is told', content: 'racks:\n  - feedA: {x: 1}\n    feedB: [[1]]\n', said: ['2: feedA@2=other feedB@3=other'] },
    { reason: 'no racks', content: 'racks:\n', said: [] },
    { reason: 'nothing at all', content: '', said: ['UNPARSABLE_FILE line 1 a mapping with a list under "racks:" is expected'] },
    { reason: 'another list', content: 'rack:\n  - name: A\n', said: ['UNKNOWN_FIELD line 1 rack'] },
    { reason: 'a field twice', content: 'racks:\n  - name: A\n    name: B\n', said: ['UNPARSABLE_FILE line 3 a field stands twice in one mapping'] },
    { reason: 'a row that is text', content: 'racks:\n  - A01\n  - {name: A02}\n', said: ['UNPARSABLE_FILE line 2 each rack is a mapping'] },
    { reason: 'a broken line', content: 'racks:\n  - name: "A\n', said: ['UNPARSABLE_FILE line 3 Missing closing "quote'] },
    { reason: 'an alias is not followed', content: 'racks:\n  - &a {name: A}\n  - *a\n', said: ['UNPARSABLE_FILE line 3 each rack is a mapping'] },
    { reason: 'an alias as a value is not followed', content: 'racks:\n  - name: &n A\n    feedA: *n\n', said: ['2: name@2=text feedA@3=other'] },
  ])('$reason', ({ content, said }) => { expect(inWords('YAML', content)).toEqual(said); });

  it('of aliases that name aliases costs nothing', () => {
    const bomb = ['a: &a [x, x]', ...Array.from({ length: 30 }, (_, n) => `b${String(n)}: &b${String(n)} [${Array.from({ length: 9 }, () => (n === 0 ? '*a' : `*b${String(n - 1)}`)).join(', ')}]`)].join('\n');
    const before = performance.now();
    expect(inWords('YAML', bomb)[0]).toBe('UNKNOWN_FIELD line 1 a');
    expect(performance.now() - before).toBeLessThan(1_000);
  });

  it('of a mapping with a hundred thousand fields is refused at once', () => {
    const before = performance.now();
    expect(inWords('YAML', `racks:\n  - {${Array.from({ length: 100_000 }, (_, n) => `k${String(n)}: 1`).join(', ')}}`)).toEqual(['UNPARSABLE_FILE line 2 100000 fields in one rack']);
    expect(performance.now() - before).toBeLessThan(20_000);
  });

  it('nested without end is refused', () => { expect(inWords('YAML', `racks: ${'['.repeat(100_000)}`)[0]).toMatch(/^UNPARSABLE_FILE/); });
});

describe('a CSV file', () => {
  it.each([
    { reason: 'with commas', content: 'name,units\nA01,48\n', said: ['2: name@2=loose units@2=loose'] },
    { reason: 'with semicolons, a byte order mark and Windows line ends', content: '\uFEFFname;units\r\nA01;48\r\nA02;47\r\n', said: ['2: name@2=loose units@2=loose', '3: name@3=loose units@3=loose'] },
    { reason: 'empty lines keep the count', content: 'name,units\n\nA01,48\n', said: ['3: name@3=loose units@3=loose'] },
    { reason: 'an empty field is an absent one', content: 'name,units\nA01,\n', said: ['2: name@2=loose'] },
    { reason: 'a short line lacks its last fields', content: 'name,units\nA01\n', said: ['2: name@2=loose'] },
    { reason: 'a long line is told', content: 'name,units\nA01,48,1\n', said: ['UNPARSABLE_FILE line 2 3 fields, the header has 2'] },
    { reason: 'quotes', content: 'name,row\n"A;01","a,b"\n', said: ['2: name@2=loose row@2=loose'] },
    { reason: 'a quote that is never closed', content: 'name,row\n"A01,b\n', said: ['UNPARSABLE_FILE line 2 csv quote not closed'] },
    { reason: 'a column twice', content: 'name,name\nA,B\n', said: ['DUPLICATE line 1 name'] },
    { reason: 'only a header', content: 'name,units\n', said: [] },
    { reason: 'nothing at all', content: '', said: [] },
  ])('$reason', ({ content, said }) => { expect(inWords('CSV', content)).toEqual(said); });

  it('of 5,001 rows is refused, of 5,000 not', () => {
    const rows = (n: number) => `name\n${'A\n'.repeat(n)}`;
    expect(inWords('CSV', rows(5_001))).toEqual(['TOO_MANY_ROWS 5001']);
    expect(inWords('CSV', rows(5_000))).toHaveLength(5_000);
  });

  it('of more than 2 MiB is refused before it is read', () => { expect(inWords('CSV', 'é'.repeat(1024 * 1024 + 1))).toEqual(['TOO_LONG content']); });
});
