import { z } from 'zod';
import { auditStorage, storageHasCredentials } from './audit-storage.ts';
import { auditOrigin, databaseUrl, env, healthPort, host, logLevel, version } from './common.ts';
import { keeperClient, keeperHasToken } from './keeper.ts';
import type { ConfigDescription, Loaded, Settings } from './setting.ts';
import { setting } from './setting.ts';
import { filePath, port, urlOf, wholeNumber } from './values.ts';

const describe = <S extends Settings>(of: ConfigDescription<S>): ConfigDescription<S> => of;

const signerTokenFile = setting({
  key: 'CADASTRE_SIGNER_TOKEN_FILE',
  schema: filePath,
  about: 'Path of the file whose one line is the bearer token between the notary and the signer.',
  accepts: 'the path of a readable file of one line of 32 characters or more',
  remedy: 'draw it once at random (openssl rand -hex 32) and let the two processes read it, nobody else.',
});

/** The monitor wants no timestamps where no authority is configured. */
export const tsaUrl = setting({
  key: 'CADASTRE_TSA_URL',
  schema: urlOf('http:', 'https:').optional(),
  about: 'Time-stamping authority (RFC 3161 over HTTP) for checkpoints of the global log; without it there are no timestamps.',
  accepts: 'an http:// or https:// URL',
  remedy: 'take it from your authority; a qualified one (eIDAS) where the date must stand in court.',
});

export const timestampSeconds = setting({
  key: 'CADASTRE_TIMESTAMP_SECONDS',
  schema: wholeNumber(1, 86_400),
  about: 'Seconds at most between two timestamps.',
  accepts: 'a whole number of seconds from 1 to 86400',
  remedy: 'leave it unset for 3600, an hour.',
  fallback: '3600',
});

/** Gives events their index, publishes tiles, asks for signatures, cosignatures and timestamps. */
export const notaryConfig = describe({
  process: 'the notary',
  settings: {
    auditOrigin,
    env,
    host,
    logLevel,
    version,
    databaseUrl,
    ...auditStorage,
    ...keeperClient,
    signerUrl: setting({
      key: 'CADASTRE_SIGNER_URL',
      schema: urlOf('http:', 'https:'),
      about: 'Where the signer answers: loopback or a private address.',
      accepts: 'an http:// or https:// URL',
      remedy: 'set it to the address that the signer logs when it starts.',
    }),
    signerTokenFile,
    policyFile: setting({
      key: 'CADASTRE_AUDIT_POLICY',
      schema: filePath.optional(),
      about: 'Path of the C2SP tlog-policy that names the log, the witnesses and the quorum; without it checkpoints are signed and not cosigned, which is logged at each start.',
      accepts: 'the path of a policy file',
      remedy: 'write one line `log`, one `witness` for each, `group` and `quorum`, as docs/operations.md shows.',
    }),
    witnessSeconds: setting({
      key: 'CADASTRE_WITNESS_SECONDS',
      schema: wholeNumber(1, 60),
      about: 'Seconds at least between two requests to the witnesses for the global log. A minute without a quorum is an event in the log.',
      accepts: 'a whole number of seconds from 1 to 60',
      remedy: 'leave it unset for 10.',
      fallback: '10',
    }),
    tsaUrl,
    tsaCaFile: setting({
      key: 'CADASTRE_TSA_CA',
      schema: filePath.optional(),
      about: "Path of the root certificates (PEM) that the authority's tokens must lead to; the same file verifies them with openssl ts -verify.",
      accepts: 'the path of a PEM file with at least one certificate',
      remedy: 'take it from the authority, over another way than its tokens.',
    }),
    timestampSeconds,
    sinkAddresses: setting({
      key: 'CADASTRE_SINK_ADDRESSES',
      schema: z.enum(['public', 'any']),
      about: 'Which addresses a sink may have: public refuses loopback, link-local and private ones, so that no tenant can make the notary knock at its neighbours.',
      accepts: 'public or any',
      remedy: 'leave it unset for public; any where the SIEM is on your own network and only operators make sinks.',
      fallback: 'public',
    }),
    sinkTokens: setting({
      key: 'CADASTRE_SINK_TOKENS',
      schema: filePath.optional(),
      about: 'Folder of bearer tokens for HTTPS sinks, one file named after the id of each sink; readable by the notary only. They are never in the database.',
      accepts: 'the path of a folder',
      remedy: 'leave it unset when no receiver asks for one.',
    }),
    kubeAuditDays: setting({
      key: 'CADASTRE_KUBE_AUDIT_DAYS',
      schema: wholeNumber(30, 3_650),
      about: 'Days that a change which an API server wrote down is kept after it was laid beside what was announced; as long at least as API servers keep rotated audit logs, whose lines may be read again.',
      accepts: 'a whole number of days from 30 to 3650',
      remedy: 'leave it unset for 90.',
      fallback: '90',
    }),
    heartbeatSeconds: setting({
      key: 'CADASTRE_AUDIT_HEARTBEAT_SECONDS',
      schema: wholeNumber(1, 60),
      about: 'Seconds between two heartbeats of each open log. A bundle proves a period only between two of them, so a minute is the most.',
      accepts: 'a whole number of seconds from 1 to 60',
      remedy: 'leave it unset for 60.',
      fallback: '60',
    }),
    leaseSeconds: setting({
      key: 'CADASTRE_NOTARY_LEASE_SECONDS',
      schema: wholeNumber(1, 60),
      about: 'Seconds that the right to seal lives without renewal: how long nothing is sealed after a notary died and another stands by.',
      accepts: 'a whole number of seconds from 1 to 60',
      remedy: 'leave it unset for 6.',
      fallback: '6',
    }),
    healthPort,
  },
  rules: [
    storageHasCredentials,
    keeperHasToken,
    c =>
      (c.tsaUrl === undefined) === (c.tsaCaFile === undefined)
        ? []
        : [{ field: 'tsaCaFile', because: 'CADASTRE_TSA_URL and CADASTRE_TSA_CA belong together: a token that leads nowhere proves nothing.' }],
  ],
});

/** Holds the key that signs checkpoints, and remembers what it signed. */
export const signerConfig = describe({
  process: 'the signer',
  settings: {
    auditOrigin,
    env,
    host,
    logLevel,
    version,
    signerPort: setting({
      key: 'CADASTRE_SIGNER_PORT',
      schema: port,
      about: 'TCP port of the signer; 0 asks the system for a free one.',
      accepts: 'a whole number from 0 to 65535',
      remedy: 'choose a free port that only the notary can reach.',
    }),
    signerTokenFile,
    signerKey: setting({
      key: 'CADASTRE_SIGNER_KEY',
      schema: filePath.optional(),
      about: 'Path of the Ed25519 private key (PKCS#8 PEM). In development it is made at the first start; otherwise with --init.',
      accepts: 'the path of a PEM file that only this process can read',
      remedy: 'run node apps/notary/src/signer/main.ts --init once, or name CADASTRE_SIGNER_COMMAND instead.',
    }),
    signerCommand: setting({
      key: 'CADASTRE_SIGNER_COMMAND',
      schema: z.string().min(1).max(1_000).optional(),
      about: 'Program with its arguments, separated by blanks, that gets a message on standard input and answers its 64-byte Ed25519 signature: the door to a key in hardware (PKCS#11).',
      accepts: 'the path of a program and its arguments',
      remedy: 'see docs/operations.md, "The signer\'s key in hardware"; leave it unset for a key file.',
    }),
    signerPublicKey: setting({
      key: 'CADASTRE_SIGNER_PUBLIC_KEY',
      schema: filePath.optional(),
      about: 'Path of the public key (SPKI PEM) that belongs to CADASTRE_SIGNER_COMMAND.',
      accepts: 'the path of a PEM file',
      remedy: 'export it from the device once.',
    }),
    signerMemory: setting({
      key: 'CADASTRE_SIGNER_MEMORY',
      schema: filePath,
      about: 'Path of the journal in which the signer remembers the last size and root that it signed of each log. It must survive what the database does not: never restore it together with the database.',
      accepts: 'the path of a file in a folder that exists',
      remedy: "put it on a disk of the signer's own.",
    }),
    healthPort,
  },
  rules: [
    c =>
      (c.signerKey === undefined) === (c.signerCommand === undefined)
        ? [{ field: 'signerKey', because: 'exactly one of CADASTRE_SIGNER_KEY and CADASTRE_SIGNER_COMMAND must be set: the key is in a file or behind a program.' }]
        : [],
    c =>
      (c.signerCommand === undefined) === (c.signerPublicKey === undefined)
        ? []
        : [{ field: 'signerPublicKey', because: 'CADASTRE_SIGNER_COMMAND and CADASTRE_SIGNER_PUBLIC_KEY belong together: the program signs, the file says with which key.' }],
  ],
});

export type NotaryConfig = Loaded<typeof notaryConfig.settings>;
export type SignerConfig = Loaded<typeof signerConfig.settings>;
