import type { CompiledPath, CompiledRule } from '../routing/compiled-route.ts'
import type { Upstream } from '../routing/backend.ts'
import type { Split } from '../routing/split.ts'

/** What the stages hand to each other about one request, in the order in which they find it out. */
export interface Passage {
  rule: CompiledRule | undefined
  path: CompiledPath | undefined
  split: Split | undefined
  /** Where it was sent last. */
  upstream: Upstream | undefined
}

/** The passage of a request of which nothing is known yet. */
export const passage = (): Passage => ({ rule: undefined, path: undefined, split: undefined, upstream: undefined })
