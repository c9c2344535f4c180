import { z } from 'zod'
import { statusSchema } from '../../conditions/condition.schema.ts'
import { int32 } from '../../schema/wire.ts'

export const objectRefSchema = z
  .object({
    apiVersion: z.string().exactOptional(),
    kind: z.string().exactOptional(),
    name: z.string().exactOptional()
  })
  .meta({ 'x-kubernetes-map-type': 'atomic' })

export const serverlessServiceSpecSchema = z.object({
  mode: z.string().exactOptional().describe('Serve: straight to the pods. Proxy: through the activator.'),
  numActivators: int32().exactOptional().describe('How many activators stand before the revision; 0 means all.'),
  objectRef: objectRefSchema.describe('The Deployment whose pods are meant.'),
  protocolType: z.string().describe('http1 or h2c.')
})

export const serverlessServiceStatusSchema = statusSchema.extend({
  privateServiceName: z.string().exactOptional().describe('The Service that always leads to the pods.'),
  serviceName: z.string().exactOptional().describe('The Service that leads to the pods or to activators, by mode.')
})

/** What an object of another kind is called. */
export type ObjectRef = z.infer<typeof objectRefSchema>
/** The spec of a ServerlessService. */
export type ServerlessServiceSpec = z.infer<typeof serverlessServiceSpecSchema>
/** The status of a ServerlessService. */
export type ServerlessServiceStatus = z.infer<typeof serverlessServiceStatusSchema>
