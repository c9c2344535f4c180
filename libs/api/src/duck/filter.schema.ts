import { z } from 'zod'
import { preserved, stringMap } from '../schema/wire.ts'

/** One filter of CloudEvents' Subscriptions API: exactly one of its dialects. An empty one passes everything. */
export interface SubscriptionsApiFilter {
  /** All of them pass. */
  all?: SubscriptionsApiFilter[]
  /** One of them passes. */
  any?: SubscriptionsApiFilter[]
  /** It does not pass. */
  not?: SubscriptionsApiFilter
  /** Attributes that have exactly these values. */
  exact?: Record<string, string>
  /** Attributes that begin with these values. */
  prefix?: Record<string, string>
  /** Attributes that end with these values. */
  suffix?: Record<string, string>
  /** A CloudEvents SQL expression. */
  cesql?: string
}

/** A structural schema does not recurse: what is inside is checked by the webhook. */
const inner = () => preserved<SubscriptionsApiFilter>()

export const filterSchema: z.ZodType<SubscriptionsApiFilter> = z.object({
  all: z.array(inner()).exactOptional().describe('All of these filters pass.'),
  any: z.array(inner()).exactOptional().describe('One of these filters passes.'),
  cesql: z.string().exactOptional().describe('A CloudEvents SQL expression that is true.'),
  exact: stringMap().exactOptional().describe('Attributes that have exactly these values.'),
  not: inner().exactOptional().describe('This filter does not pass.'),
  prefix: stringMap().exactOptional().describe('Attributes that begin with these values.'),
  suffix: stringMap().exactOptional().describe('Attributes that end with these values.')
})
