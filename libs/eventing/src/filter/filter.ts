import type { CloudEvent } from '../event/cloud-event.ts'
import type { Anchors } from './anchor.ts'

/** What a filter says of an event. `none`: it has no opinion (it is empty), so that it holds nothing back and decides nothing in `any`. */
export type Verdict = 'pass' | 'fail' | 'none'

/** A compiled filter. */
export interface Filter {
  /** Whether the event goes through: everything but `fail` does. */
  matches(event: CloudEvent): boolean
  evaluate(event: CloudEvent): Verdict
  /**
   * Simple conditions of which one holds for every event that goes through; undefined when there are none. {@link FilterIndex} finds
   * filters by them.
   */
  readonly anchors: Anchors | undefined
}

/** A filter of what it evaluates. */
export function filterOf(evaluate: (event: CloudEvent) => Verdict, anchors?: Anchors): Filter {
  return { evaluate, matches: (event) => evaluate(event) !== 'fail', anchors }
}

/** The filter without an opinion. */
export const noFilter: Filter = filterOf(() => 'none')
