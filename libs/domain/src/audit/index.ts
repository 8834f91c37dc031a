export * from './model.ts';
export * from './decision.ts';
export * from './bindings.ts';
export * from './catalogue.ts';
export * from './event-schema.ts';
export * from './personal.ts';
export * from './kubeact.ts';
