import { readFileSync } from 'node:fs';
import type { IdKind } from '@cadastre/domain/core';
import {
  buildSchema, getNamedType, getNullableType, isEnumType, isInputObjectType, isListType, isNonNullType, isObjectType, isUnionType,
  type GraphQLArgument, type GraphQLField, type GraphQLInputField, type GraphQLInputType, type GraphQLNamedType, type GraphQLObjectType,
} from 'graphql';

export type Kind = 'query' | 'mutation' | 'subscription';

/** One field of a root type, as a document that calls it. */
export interface Call {
  readonly kind: Kind;
  readonly field: string;
  readonly document: string;
  /** Kinds of the ids that it takes. */
  readonly idKinds: readonly IdKind[];
  /** True when the schema says that a role is needed. */
  readonly guarded: boolean;
  /** The smallest input that is well formed, with the given ids. `idempotencyKey` is fresh each time. */
  variables(id: (kind: IdKind) => string): Readonly<Record<string, unknown>>;
}

const KIND_OF_TYPE: Readonly<Record<string, IdKind>> = { GpuInstance: 'instance', ApiKey: 'apikey', NodePool: 'pool', AuditEvent: 'audit', AuditSink: 'sink', StaffCoverage: 'staff', PowerPhase: 'phase', PlacementDecision: 'decision' };
const kindOfType = (name: string): IdKind => KIND_OF_TYPE[name] ?? (name.toLowerCase() as IdKind);

/** Every field of both doors' schemas, as they are committed: a new one is swept without a line being written for it. */
export const callsOf = (door: 'tenant' | 'provider'): readonly Call[] => {
  const schema = buildSchema(readFileSync(new URL(`../../${door}.graphql`, import.meta.url), 'utf8'));
  return (['query', 'mutation', 'subscription'] as const).flatMap(kind => {
    const root = { query: schema.getQueryType(), mutation: schema.getMutationType(), subscription: schema.getSubscriptionType() }[kind];
    return Object.values(root?.getFields() ?? {}).map(field => callOf(kind, field));
  });
};

const callOf = (kind: Kind, field: GraphQLField<unknown, unknown>): Call => {
  const type = getNamedType(field.type);
  // `id` alone says nothing about its kind: it is the kind of the object that the field is about.
  const subject = isUnionType(type) ? type.getTypes().flatMap(t => Object.values(t.getFields())).map(f => getNamedType(f.type)).find(t => isObjectType(t) && t.getInterfaces().some(i => i.name === 'Node')) : type;
  const own = kindOfType(subject?.name ?? '');
  const declared = field.args.map(a => `$${a.name}: ${String(a.type)}`).join(', ');
  const passed = field.args.map(a => `${a.name}: $${a.name}`).join(', ');
  const selection = isObjectType(type) || isUnionType(type) || type.name === 'Node' ? `{ __typename ${inside(type)} }` : '';
  const ids: IdKind[] = [];
  field.args.forEach(a => { value(a, own, k => { ids.push(k); return ''; }, true); });
  let keys = 0;
  return {
    kind, field: field.name, guarded: isUnionType(type) && type.getTypes().some(t => t.name === 'Forbidden'), idKinds: [...new Set(ids)],
    document: `${kind} ${declared === '' ? '' : `(${declared}) `}{ ${field.name}${passed === '' ? '' : `(${passed})`} ${selection} }`,
    variables: id => Object.fromEntries(field.args.map(a => [a.name, value(a, own, id, true, () => `sweep-${kind}-${field.name}-${String((keys += 1))}`)])),
  };
};

/** Enough to tell two answers apart: how many there are, and what a refusal says. */
const inside = (type: GraphQLNamedType): string => {
  if (isUnionType(type)) return `... on Problem { code message suggestion retryable path } ${type.getTypes().filter(hasTotal).map(t => `... on ${t.name} { totalCount }`).join(' ')}`;
  return isObjectType(type) && hasTotal(type) ? 'totalCount' : '';
};
const hasTotal = (type: GraphQLObjectType): boolean => type.getFields()['totalCount'] !== undefined;

type Slot = GraphQLArgument | GraphQLInputField;

/** Ids are always given, required or not: they are what a stranger would try. */
const value = (slot: Slot, own: IdKind, id: (kind: IdKind) => string, top: boolean, key: () => string = () => ''): unknown => {
  if (slot.name === 'idempotencyKey') return key();
  if (!isNonNullType(slot.type) && !(top && hasIds(slot.type))) return undefined;
  return valueOf(slot.type, slot.name, own, id, key);
};

const hasIds = (type: GraphQLInputType): boolean => {
  const named = getNamedType(type);
  return named.name === 'ID' || (isInputObjectType(named) && Object.values(named.getFields()).some(f => getNamedType(f.type).name === 'ID'));
};

const valueOf = (type: GraphQLInputType, name: string, own: IdKind, id: (kind: IdKind) => string, key: () => string): unknown => {
  const bare = getNullableType(type);
  if (isListType(bare)) return [valueOf(bare.ofType, name, own, id, key)];
  if (isEnumType(bare)) return bare.getValues()[0]?.name;
  if (isInputObjectType(bare)) {
    return Object.fromEntries(Object.values(bare.getFields()).flatMap(f => {
      const given = value(f, own, id, getNamedType(f.type).name === 'ID', key);
      return given === undefined ? [] : [[f.name, given]];
    }));
  }
  switch ((bare as { readonly name: string }).name) {
    case 'ID': return id(kindOfSlot(name, own));
    case 'Int': case 'SafeInt': return 1;
    case 'Boolean': return false;
    case 'DateTime': return '2027-01-01T00:00:00Z';
    default: return SAMPLES[name] ?? 'sweep';
  }
};

const kindOfSlot = (name: string, own: IdKind): IdKind => {
  const noun = /^(\w+?)Ids?$/.exec(name)?.[1];
  if (noun === undefined) return own;
  return noun === 'object' ? 'instance' : noun === 'member' ? 'organisation' : noun === 'toDatacenter' || noun === 'dataDatacenter' ? 'datacenter' : noun === 'parent' ? 'powernode' : (noun as IdKind);
};

const SAMPLES: Readonly<Record<string, string>> = { image: 'registry.example.fr/sweep:1', country: 'FR', jurisdiction: 'EU-FR', allowedCidrs: '192.0.2.0/24' };
