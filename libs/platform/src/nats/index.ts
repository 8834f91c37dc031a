export { connectNats, type ConnectOptions } from './connect.ts';
export type {
  ConsumeOptions, IncomingEvent, Nats, OutgoingEvent, PublishReport, RequestFailure, RequestOptions, RespondOptions, StreamSpec, Subscription,
} from './model.ts';
export { EVENTS_STREAM, partsOf, subjectOf } from './subject.ts';
