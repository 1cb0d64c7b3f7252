/** An object in the release's namespace that a chart uses and does not create. */
export interface Required {
  readonly kind: "Secret";
  readonly name: string;
}
