import { setTimeout as pause } from 'node:timers/promises';
import type { JetStreamManager, StreamInfo } from '@nats-io/jetstream';
import { DiscardPolicy, jetstreamManager, JetStreamApiError, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { nanos } from '@nats-io/nats-core';
import { elapsedSince, monotonicMs } from '../clock/index.ts';
import { messageOf, type Link } from './link.ts';
import type { StreamSpec } from './model.ts';

const STREAM_NOT_FOUND = 10_059;
const CONSUMER_NOT_FOUND = 10_014;

const absent = (code: number) => (error: unknown): undefined => {
  if (error instanceof JetStreamApiError && error.code === code) return undefined;
  throw error;
};
export const streamOrAbsent = (jsm: JetStreamManager, name: string): Promise<StreamInfo | undefined> => jsm.streams.info(name).catch(absent(STREAM_NOT_FOUND));
export const consumerOrAbsent = (jsm: JetStreamManager, stream: string, durable: string) => jsm.consumers.info(stream, durable).catch(absent(CONSUMER_NOT_FOUND));

/** Creates the stream, or brings the limits of the one there is to the specification; what an operator gave it beyond (replicas, placement) stays. */
export const bringStream = async (link: Link, spec: StreamSpec): Promise<void> => {
  const jsm = await jetstreamManager(link.nc);
  const wanted = {
    subjects: [...spec.subjects],
    max_age: nanos(spec.maxAgeMs),
    max_bytes: spec.maxBytes,
    max_msg_size: spec.maxMessageBytes,
    duplicate_window: nanos(spec.duplicateWindowMs),
    discard: DiscardPolicy.New,
  };
  const there = await streamOrAbsent(jsm, spec.name);
  if (there === undefined) {
    await jsm.streams.add({ name: spec.name, storage: StorageType.File, retention: RetentionPolicy.Limits, num_replicas: spec.replicas, ...wanted });
    link.log.info({ stream: spec.name }, 'created the stream');
    return;
  }
  if (Object.entries(wanted).every(([key, value]) => JSON.stringify(there.config[key as keyof typeof wanted]) === JSON.stringify(value))) return;
  await jsm.streams.update(spec.name, { ...there.config, ...wanted });
  link.log.info({ stream: spec.name }, 'brought the stream to its specification');
};

// After a restart the server takes connections before JetStream has read its files.
const JETSTREAM_PATIENCE_MS = 30_000;

/** Repeats while JetStream is not up yet. @throws the last error after 30 s. */
export const whenJetStreamIsUp = async <T>(link: Link, what: string, act: () => Promise<T>): Promise<T> => {
  const startedAt = monotonicMs();
  for (let turn = 1; ; turn++) {
    try {
      return await act();
    } catch (error) {
      if (elapsedSince(startedAt) > JETSTREAM_PATIENCE_MS || link.nc.isClosed()) throw error;
      if (turn % 10 === 0) link.log.warn({ waitedS: Math.round(elapsedSince(startedAt) / 1000), because: messageOf(error) }, `waiting for JetStream to ${what}`);
    }
    await pause(200 + Math.random() * 200);
  }
};
