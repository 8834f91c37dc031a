import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Clock } from '@cadastre/domain/core';
import type { NotaryConfig } from '@cadastre/platform/config';
import type { Logger } from '@cadastre/platform/log';
import { metrics } from '@cadastre/platform/otel';
import type { Absence } from './absence.ts';
import { absenceOf, TIMESTAMP_REASONS, WITNESS_REASONS } from './absence.ts';
import { certificatesOf } from '../shared/timestamp/index.ts';
import type { TimestampAuthority } from './timestamp/authority.ts';
import { timestampAuthority } from './timestamp/authority.ts';
import type { Witnesses } from './witness/witnesses.ts';
import { createWitnesses, policyFor } from './witness/witnesses.ts';

/** What the log says of the policy: the digest of its file, and how many witnesses it names. */
export interface PolicyInForce { readonly sha256: string; readonly witnesses: number }

/** Those outside of the operator's hands who are asked to vouch for checkpoints of the global log. */
export interface Outsiders {
  readonly witness: { readonly port: Witnesses; readonly everyMs: number; readonly absence: Absence; readonly policy: PolicyInForce } | undefined;
  readonly timestamp: { readonly port: TimestampAuthority; readonly everyMs: number; readonly absence: Absence } | undefined;
}

const answers = metrics.counter('cadastre.audit.witness.answers', { description: 'Answers of witnesses, by witness and result.', unit: '{answer}' });
const stamps = metrics.counter('cadastre.audit.timestamp.answers', { description: 'Answers of the time-stamping authority, by result.', unit: '{answer}' });

/** From the configuration; what is not configured is said once, and not asked. Throws with a sentence when a file is wrong. */
export const outsidersOf = async (config: NotaryConfig, parts: { readonly clock: Clock; readonly signal: AbortSignal; readonly log: Logger }): Promise<Outsiders> => {
  const { clock, signal, log } = parts;
  const { policyFile, tsaUrl, tsaCaFile } = config;
  if (policyFile === undefined) log.warn('CADASTRE_AUDIT_POLICY is unset: checkpoints are signed and not cosigned, so nobody outside can tell that all were shown the same log');
  if (tsaUrl === undefined) log.warn('CADASTRE_TSA_URL is unset: checkpoints are not time-stamped');
  return {
    witness: policyFile === undefined ? undefined : witnessesOf(config, await readFile(policyFile), policyFile, parts),
    timestamp: tsaUrl === undefined || tsaCaFile === undefined ? undefined : {
      everyMs: config.timestampSeconds * 1_000,
      absence: absenceOf(TIMESTAMP_REASONS, clock),
      port: timestampAuthority({ url: tsaUrl, roots: certificatesOf(await readFile(tsaCaFile, 'utf8')) }, { draw: bytes => randomBytes(bytes), clock, signal, count: result => { stamps.add(1, { result }); } }),
    },
  };
};

const witnessesOf = (config: NotaryConfig, text: Buffer, file: string, { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal }): NonNullable<Outsiders['witness']> => {
  const policy = policyFor(config.auditOrigin, text, file);
  return {
    everyMs: config.witnessSeconds * 1_000,
    absence: absenceOf(WITNESS_REASONS, clock),
    policy: { sha256: createHash('sha256').update(text).digest('hex'), witnesses: policy.witnesses.length },
    port: createWitnesses({ policy, clock, signal, count: (witness, result) => { answers.add(1, { witness, result }); } }),
  };
};
