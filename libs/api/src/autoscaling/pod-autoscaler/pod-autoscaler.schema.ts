import { z } from 'zod'
import { statusSchema } from '../../conditions/condition.schema.ts'
import { int32, int64 } from '../../schema/wire.ts'

/** What is scaled: a Deployment. */
export const scaleTargetRefSchema = z
  .object({ apiVersion: z.string().exactOptional(), kind: z.string().exactOptional(), name: z.string().exactOptional() })
  .meta({ 'x-kubernetes-map-type': 'atomic' })

export const podAutoscalerSpecSchema = z.object({
  containerConcurrency: int64().exactOptional().describe('The most requests that one pod serves at a time; 0 means no limit.'),
  protocolType: z.string().describe('http1 or h2c.'),
  reachability: z.string().exactOptional().describe('Whether a Route sends requests here: Reachable, Unreachable or empty for unknown.'),
  scaleTargetRef: scaleTargetRefSchema.describe('What is scaled.')
})

export const podAutoscalerStatusSchema = statusSchema.extend({
  actualScale: int32().exactOptional().describe('The pods that are ready.'),
  desiredScale: int32().exactOptional().describe('The pods that are wanted.'),
  metricsServiceName: z.string().describe('The Service that leads to all pods, for metrics.'),
  serviceName: z.string().describe('The Service that requests go to.')
})

/** The spec of a PodAutoscaler. */
export type PodAutoscalerSpec = z.infer<typeof podAutoscalerSpecSchema>
/** The status of a PodAutoscaler. */
export type PodAutoscalerStatus = z.infer<typeof podAutoscalerStatusSchema>
