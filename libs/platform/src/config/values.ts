import { z } from 'zod';

/** A whole number written in decimal, nothing else: `Number('')` is 0 and `Number('0x10')` is 16, which nobody means. */
export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,10}$/)
    .transform(Number)
    .pipe(z.number().int().min(min).max(max));

/** 0 asks the system for a free port, which tests use. */
export const port = wholeNumber(0, 65_535);

export const urlOf = (...protocols: readonly string[]) =>
  z.string().refine(text => URL.canParse(text) && protocols.includes(new URL(text).protocol) && new URL(text).hostname !== '');

/** Several servers of one NATS cluster, comma separated. */
export const natsUrls = z
  .string()
  .refine(text => text.split(',').every(one => URL.canParse(one.trim()) && ['nats:', 'tls:', 'ws:', 'wss:'].includes(new URL(one.trim()).protocol)));

export const filePath = z.string().min(1);
