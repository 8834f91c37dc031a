/**
 * What was seen under a name we would use. A stranger is an object without our ownership mark, or with the mark of another
 * of our objects: it is reported and never written, whatever its name.
 */
export type Seen<Facts = object> =
  | { readonly as: 'ABSENT' }
  | { readonly as: 'STRANGER' }
  | ({ readonly as: 'OURS'; readonly uid: string; readonly deleting: boolean } & Facts);

/** What Kubernetes answered to a step, when it was not what the plan wanted. The sentence behind it goes to the log. */
export interface Refused {
  /** Kubernetes problem code, `FORBIDDEN`, `INVALID`… */
  readonly code: string;
  /** `Pod namespace/name`. */
  readonly object: string;
}
