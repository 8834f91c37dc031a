import fc from 'fast-check';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { columnOf } from '../sql/table.ts';
import { asOutage, isDecided, Outage, outageCode } from './outage.ts';
import { instantOf } from './wire.ts';

describe('instantOf()', () => {
  it.each([
    ['2026-11-24 02:08:32+00', '2026-11-24T02:08:32.000Z'],
    ['2026-11-24 02:08:32.1+00', '2026-11-24T02:08:32.100Z'],
    ['2026-11-24 02:08:32.123456+00', '2026-11-24T02:08:32.123Z'],
  ])('%s', (text, instant) => {
    expect(instantOf(text)).toBe(instant);
  });
  it('is what Date would print', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('2000-01-01'), max: new Date('2199-12-31'), noInvalidDate: true }), date => {
        const iso = date.toISOString();
        expect(instantOf(`${iso.slice(0, 10)} ${iso.slice(11, 23)}+00`)).toBe(iso);
      }),
    );
  });
});

describe('columnOf()', () => {
  it.each([['id', 'id'], ['nameFr', 'name_fr'], ['gpuMemoryMiB', 'gpu_memory_mib'], ['nvmeGiB', 'nvme_gib'], ['latitudeE6', 'latitude_e6'], ['peakFp16Tflops', 'peak_fp16_tflops'], ['sha256', 'sha256']])('%s is %s', (property, column) => {
    expect(columnOf(property)).toBe(column);
  });
});

const said = (code: string): pg.DatabaseError => Object.assign(new pg.DatabaseError('x', 1, 'error'), { code });

describe('outages', () => {
  it.each(['08006', '53300', '57P01', '57P03', '57014', '40001', '40P01', '58030'])('%s is one', code => {
    expect(outageCode(said(code))).toBe(code);
  });
  it.each(['23505', '23514', '42501', '42P01', '22003', 'CAD01'])('%s is none', code => {
    expect(asOutage(said(code), 'nothing')).toBeInstanceOf(pg.DatabaseError);
  });
  it('a cut socket is one, and nobody knows what it wrote', () => {
    const cut = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    expect(asOutage(cut, 'unknown')).toMatchObject({ name: 'Outage', code: 'ECONNRESET', written: 'unknown' });
    expect([isDecided(cut), isDecided(said('57014')), isDecided(said('57P01'))]).toEqual([false, true, false]);
    expect(outageCode(new Error('Connection terminated unexpectedly'))).toBe('CONNECTION');
    expect(outageCode(new TypeError('x is not a function'))).toBeUndefined();
    expect(new Outage('57P01', 'nothing', undefined).message).toContain('nothing was written');
  });
});
