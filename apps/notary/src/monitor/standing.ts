/** The parts of a pass. One that fails does not keep the others from being looked at. */
export const AREAS = ['conditions', 'trees', 'rows'] as const;
export type Area = (typeof AREAS)[number];

/** What the process itself knows of its work, for health and metrics. */
export interface Standing {
  /** When each area was last looked at to the end, milliseconds. */
  readonly seenAt: Map<Area, number>;
  trouble: string | undefined;
  untold: number;
  rowsAt: number;
  /** How long one look at all rows takes at the present pace. */
  cycleSeconds: number;
}
