import type { ShapeId } from '@cadastre/domain/core';
import { decideCreateShape, decideUpdateShape, type CreateShape, type Shape, type UpdateShape } from '@cadastre/domain/shape';
import * as shapes from '@cadastre/store/shape';
import type { Stored } from '@cadastre/store/sql';
import type { CreateShapeInput, UpdateShapeInput } from '../generated/provider.ts';
import { changeOutcome, created, idOrNone, outcome, updated } from '../shared/input.ts';
import { listById, type ListArgs } from '../shared/lists.ts';
import { mutate, type Policy } from '../shared/mutate.ts';
import type { Viewer } from '../shared/viewer.ts';

const CREATE: Policy = { operation: 'createShape', roles: ['OPERATOR'] };
const UPDATE: Policy = { operation: 'updateShape', roles: ['OPERATOR'] };

const shapeData = (s: Stored<Shape>): object => ({ __typename: 'Shape', ...s });

export const loadShape = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const id = idOrNone('shape', text);
  const found = id === undefined ? undefined : await viewer.door.store.read(viewer.scope, q => shapes.get(q, id));
  return found === undefined ? undefined : shapeData(found);
};

export const listShapes = (viewer: Viewer, args: ListArgs): Promise<object> =>
  listById(viewer, args, request => viewer.door.store.read(viewer.scope, q => shapes.page(q, request)), items => items.map(shapeData));

const accept = async (viewer: Viewer, id: string): Promise<object> => ({ __typename: 'ShapeAccepted', shape: await loadShape(viewer, id) });

export const createShape = (viewer: Viewer, input: CreateShapeInput): Promise<object> =>
  mutate<ShapeId>(viewer, {
    policy: CREATE, type: 'dcim.shape.create', target: { kind: 'shape', id: input.code }, input,
    decide: async q => {
      const wanted = created<CreateShape>(input);
      if (!wanted.ok) return wanted;
      const taken = (await shapes.byCode(q, wanted.value.code)) !== undefined;
      return outcome(decideCreateShape(wanted.value, { taken }, viewer.door), d => shapes.insert(d.next), d => d.next.id);
    },
    accept: id => accept(viewer, id),
  });

export const updateShape = (viewer: Viewer, input: UpdateShapeInput): Promise<object> =>
  mutate<ShapeId>(viewer, {
    policy: UPDATE, type: 'dcim.shape.update', target: { kind: 'shape', id: input.id }, input,
    decide: async q => {
      const wanted = updated<UpdateShape>(input, { id: 'shape' });
      if (!wanted.ok) return wanted;
      const { id } = wanted.value;
      const [shape, machines] = await Promise.all([shapes.get(q, id), shapes.machineCount(q, id)]);
      return changeOutcome(decideUpdateShape(wanted.value, { shape, machines }), d => shapes.update(d.next.id, d.changes, d));
    },
    accept: id => accept(viewer, id),
  });
