import { Kind, type FieldNode, type FragmentDefinitionNode, type GraphQLResolveInfo, type SelectionNode } from 'graphql';

/** Fields of an instance that cost more to fetch and to put into words than all others together. `conditions` also stands for a project's own. */
const DETAILS: ReadonlySet<string> = new Set(['conditions', 'statusHistory', 'sshKeys', 'sshEndpoint']);

// A document is parsed once and asked many times.
const known = new WeakMap<FieldNode, 'brief' | 'full'>();

/** Whether a list's selection asks for any detail, at any depth; when in doubt it does. */
export const detailsOf = ({ fieldNodes, fragments }: GraphQLResolveInfo): 'brief' | 'full' => {
  const [field] = fieldNodes;
  if (field === undefined || fieldNodes.length > 1) return 'full';
  let found = known.get(field);
  if (found === undefined) {
    found = asks(field.selectionSet?.selections ?? [], fragments) ? 'full' : 'brief';
    known.set(field, found);
  }
  return found;
};

const asks = (selections: readonly SelectionNode[], fragments: Readonly<Record<string, FragmentDefinitionNode | undefined>>): boolean =>
  selections.some(s => {
    if (s.kind === Kind.FIELD) return DETAILS.has(s.name.value) || asks(s.selectionSet?.selections ?? [], fragments);
    if (s.kind === Kind.INLINE_FRAGMENT) return asks(s.selectionSet.selections, fragments);
    const fragment = fragments[s.name.value];
    return fragment === undefined || asks(fragment.selectionSet.selections, fragments);
  });

/** What is known of an instance without looking, once its order has been accepted. */
const AT_BIRTH: ReadonlySet<string> = new Set(['__typename', 'id', 'name', 'status', 'orderId', 'decisionId']);
const bornKnown = new WeakMap<FieldNode, boolean>();

/** Whether a mutation asks of the new instances only what is known without looking. */
export const asksOnlyAtBirth = ({ fieldNodes, fragments }: GraphQLResolveInfo): boolean => {
  const [field] = fieldNodes;
  if (field === undefined || fieldNodes.length > 1) return false;
  let found = bornKnown.get(field);
  if (found === undefined) {
    found = instanceFields(field.selectionSet?.selections ?? [], fragments).every(s => s.kind === Kind.FIELD && AT_BIRTH.has(s.name.value));
    bornKnown.set(field, found);
  }
  return found;
};

/** Selections directly under every `instances` of the answer. A fragment inside of them is returned as it is, and is then no known field. */
const instanceFields = (selections: readonly SelectionNode[], fragments: Readonly<Record<string, FragmentDefinitionNode | undefined>>): readonly SelectionNode[] =>
  selections.flatMap(s => {
    if (s.kind === Kind.FIELD) return s.name.value === 'instances' ? (s.selectionSet?.selections ?? []) : [];
    if (s.kind === Kind.INLINE_FRAGMENT) return instanceFields(s.selectionSet.selections, fragments);
    return instanceFields(fragments[s.name.value]?.selectionSet.selections ?? [], fragments);
  });
