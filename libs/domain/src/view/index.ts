import { cadf } from './cadf.ts';
import { cef } from './cef.ts';
import { cloudevents } from './cloudevents.ts';
import { ecs } from './ecs.ts';
import type { View } from './model.ts';
import { ocsf } from './ocsf.ts';

export { actOf, millisOf, severityOf } from './model.ts';
export type { Act, LeafPlace, View, ViewedEvent } from './model.ts';
export { OCSF_VERSION } from './ocsf.ts';
export { framed, syslog } from './syslog.ts';

/** Views of one line an event; Parquet, which is no text, is made where files are written. */
export const LINE_VIEWS = { ocsf, cadf, ecs, cef, cloudevents } as const satisfies Readonly<Record<string, View>>;
