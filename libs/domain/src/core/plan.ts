/** A plan is data and says why. `assumes` fences the act: it is refused when the world moved since the look. */
export interface Plan<Step> {
  readonly steps: readonly Step[];
  readonly because: string;
  readonly assumes: { readonly generation: number };
}
