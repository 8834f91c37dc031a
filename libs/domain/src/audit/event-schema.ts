import { AUDIT_CLASSES } from './catalogue.ts';
import { AUDIT_INTERFACES, AUDIT_OUTCOMES, AUDIT_PHASES, AUDIT_TYPES } from './model.ts';

type Schema = Readonly<Record<string, unknown>>;

// Texts are cut at 512 UTF-16 units when they are written; JSON Schema counts characters, of which there are never more.
const text = (description: string, more: Schema = {}): Schema => ({ type: 'string', maxLength: 512, description, ...more });
const count = (description: string): Schema => ({ type: 'integer', description });
const oneOf = (values: readonly string[], description: string): Schema => ({ enum: values, description });
const instant = (description: string): Schema => text(description, { pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' });
const digest = (description: string): Schema => text(description, { pattern: '^[0-9a-f]{64}$' });
const object = (description: string, required: readonly string[], properties: Readonly<Record<string, Schema>>): Schema =>
  ({ type: 'object', description, additionalProperties: false, required, properties });
const list = (description: string, items: Schema): Schema => ({ type: 'array', description, items });

const DIRECTORIES = ['tenant', 'provider', 'none'] as const;

const ACTOR = object('Who acted.', ['kind', 'id', 'directory', 'roles', 'auth'], {
  kind: oneOf(['user', 'apikey', 'system', 'anonymous'], 'What kind of caller; `system` is a process of the product.'),
  id: text('Opaque: the subject of the token, the id of the key, the name of the process. Never a name or an address of a person.'),
  directory: oneOf(DIRECTORIES, 'Which of the two directories vouches for the caller; they never mix.'),
  roles: list('Roles of the token or key at that moment.', text('A role.')),
  auth: object('How the caller was authenticated.', ['method'], {
    method: oneOf(['oidc', 'apikey', 'internal', 'none'], 'By an access token, a key, as a process of ours, or not at all.'),
    mfa: { type: 'boolean', description: 'Whether two kinds of factor were used (RFC 8176); absent when the token does not say.' },
    acr: text('Authentication context class of the token.'),
    auth_time: instant('When the person authenticated, by the token.'),
  }),
});

const REQUEST = object('The request that the act belongs to.', ['id'], {
  id: text('The request, as told to its caller (`x-request-id`).'),
  trace: text('W3C trace id.', { pattern: '^[0-9a-f]{32}$' }), span: text('W3C span id.', { pattern: '^[0-9a-f]{16}$' }),
  operation: text('Field of the schema, or what the process was doing.'),
  document_digest: digest('SHA-256 of the GraphQL document.'), argument_digest: digest('SHA-256 of the canonical arguments; the arguments themselves are never written.'),
  idempotency_key_digest: digest('SHA-256 of the canonical idempotency key.'),
});

const SEALED_TEXT = object('A personal text under the key of its subject: AES-256-GCM; the additional data are `id|log|path`.', ['ct', 'iv', 'tag', 'kid', 'kc'], {
  ct: text('Ciphertext, base64.', { maxLength: 4_096 }), iv: text('96-bit nonce, base64.'), tag: text('128-bit tag, base64.'), kid: text('Which key of which subject.'), kc: text('Commitment to the key, base64.'),
});

const UNAVAILABLE_TEXT = object('There was a text, and the keeper of keys did not answer.', ['unavailable'], { unavailable: { const: true, description: 'Always true.' } });

/** JSON Schema of an event, `v: 1`: committed as docs/audit-event.schema.json. An instance is one leaf, as its bytes parse. */
export const EVENT_SCHEMA: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:cadastre:audit-event:1',
  title: 'Cadastre audit event, version 1',
  ...object('Canonical JSON (RFC 8785) of integers, NFC text and escaped control characters, one line, 2 to 16384 bytes. When the database recorded it is a column beside the leaf: its bytes are hashed before.', ['v', 'id', 'log', 'time', 'clock', 'type', 'phase', 'outcome', 'actor', 'authz', 'target', 'source', 'request', 'class', 'retention', 'legal'], {
    v: { const: 1, description: 'Major version of this schema.' },
    id: text('The event: a TypeID with a UUIDv7.', { pattern: '^audit_[0-9a-z]+$' }),
    log: text('Origin of the log that the event is bound to.', { pattern: '^[a-z0-9./-]+/(provider|t/\\w+)$' }),
    time: instant('When it happened, by the clock of the writer.'),
    clock: object('What the writer knew of its clock.', ['synced', 'offset_ms', 'source'], {
      synced: { type: ['boolean', 'null'], description: 'Whether it agreed with the source within 500 ms; null before the first comparison.' },
      offset_ms: { type: ['integer', 'null'], description: 'Writer minus source, milliseconds.' },
      source: text('What it was compared with: `database`, or `host` when with nothing.'),
    }),
    type: oneOf(AUDIT_TYPES, 'From the closed catalogue, docs/audit-catalogue.md.'),
    phase: oneOf(AUDIT_PHASES, '`requested` is written before an act outside of the database, another phase after.'),
    outcome: oneOf(AUDIT_OUTCOMES, '`denied`: a rule said no; `failure`: it could not be done; `unknown`: nobody can tell yet, or it broke on our side.'),
    reason: text('Code of the problem, of the placement or of the condition.'),
    tenant: text('The organisation concerned; absent for acts of the provider that concern none.', { pattern: '^organisation_\\w+$' }),
    actor: ACTOR,
    on_behalf_of: list('For whom the actor acted, nearest first (RFC 8693).', object('One of them.', ['kind', 'id', 'directory'], {
      kind: oneOf(['user', 'system'], 'What kind of principal.'), id: text('Opaque id.'), directory: oneOf(DIRECTORIES, 'Whose directory.'),
    })),
    consent: object('The agreement that opened a tenant’s data to somebody else.', ['kind', 'id'], { kind: oneOf(['mandate', 'support'], 'Of an auditor, or of support.'), id: text('Which.') }),
    authz: object('Who may, as it was decided.', ['decision', 'policy', 'rule'], {
      decision: oneOf(['allow', 'deny'], 'The answer.'), policy: text('Table of rules, `<id>` or `<id>/<version>`.'), rule: text('The rule that decided.'),
    }),
    target: object('What the act is about.', ['kind', 'id'], {
      kind: text('Noun.'), id: text('Id, or what the caller typed when there is none.'), parent: text('What it stands in.'), region: text('Code of the region.'), datacenter: text('Id of the datacenter.'),
    }),
    change: list('What changed: values only on paths that hold nothing personal.', object('One field.', ['path'], {
      path: text('The field.'), from: { type: ['string', 'integer'], maxLength: 512, description: 'Before.' }, to: { type: ['string', 'integer'], maxLength: 512, description: 'After.' },
      from_commitment: text('Salted commitment to the value before, where it may be personal.'), to_commitment: text('The same after.'),
    })),
    numbers: { type: 'object', description: 'The numbers and codes that the reason stands on.' },
    source: object('Where the act came in.', ['interface', 'host', 'version'], { interface: oneOf(AUDIT_INTERFACES, 'Door or process.'), host: text('Host of the writer.'), version: text('Version of the product.') }),
    request: REQUEST,
    op: object('The operation that the act is a step of.', [], {
      id: text('Which.'), attempt: count('From 1.'), epoch: count('Fencing epoch of the writer.'), from: text('State before.'), to: text('State after.'),
    }),
    k8s: object('What was meant in a Kubernetes cluster.', ['cluster'], {
      cluster: text('Id of the cluster.'), uid: text('uid of the object.'), resource_version: text('resourceVersion of the object.'),
      audit_ids: list('Audit-IDs of the requests to the API server.', text('Audit-ID.')),
    }),
    pii: { type: 'object', description: 'Personal texts by path, each under the key of its subject; without the key nobody reads them, and the leaf stays what it was.', additionalProperties: { oneOf: [SEALED_TEXT, UNAVAILABLE_TEXT] } },
    class: oneOf(AUDIT_CLASSES, 'What the event is for.'),
    retention: text('Retention class: how long it is kept is the operator’s policy (6 to 36 months).'),
    legal: text('The clause that asks for the event.'),
  }),
};
