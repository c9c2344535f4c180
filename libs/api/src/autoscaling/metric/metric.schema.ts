import { z } from 'zod'
import { statusSchema } from '../../conditions/condition.schema.ts'
import { int64 } from '../../schema/wire.ts'

export const metricSpecSchema = z.object({
  panicWindow: int64().describe('Averaging window for panic decisions, in nanoseconds.'),
  scrapeTarget: z.string().describe('The Service that leads to the pods to measure.'),
  stableWindow: int64().describe('Averaging window for normal decisions, in nanoseconds.')
})

export const metricStatusSchema = statusSchema

/** The spec of a Metric. */
export type MetricSpec = z.infer<typeof metricSpecSchema>
/** The status of a Metric. */
export type MetricStatus = z.infer<typeof metricStatusSchema>
