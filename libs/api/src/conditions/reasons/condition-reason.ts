/** One way in which a condition is False or Unknown: a row of docs/troubleshooting.md. */
export interface ConditionReason {
  readonly kind: string
  readonly condition: string
  readonly status: 'False' | 'Unknown'
  /** The word that clients match on; `<n>` stands for a number. '' where upstream writes none. */
  readonly reason: string
  readonly meaning: string
  /** What to do, in the imperative; for what heals by itself, what to wait for. */
  readonly remedy: string
  /** A message as it is written. */
  readonly example: string
}

/** Rows of one kind and condition. */
export const rowsOf = (
  kind: string,
  condition: string,
  rows: readonly (readonly [status: 'False' | 'Unknown', reason: string, meaning: string, remedy: string, example: string])[]
): ConditionReason[] =>
  rows.map(([status, reason, meaning, remedy, example]) => ({ kind, condition, status, reason, meaning, remedy, example }))
