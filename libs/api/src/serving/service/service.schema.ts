import { z } from 'zod'
import { configurationSpecSchema, configurationStatusSchema } from '../configuration/configuration.schema.ts'
import { routeSpecSchema, routeStatusFields } from '../route/route.schema.ts'

export const serviceSpecSchema = configurationSpecSchema.extend(routeSpecSchema.shape)
export const serviceStatusSchema = configurationStatusSchema.extend(routeStatusFields)

/** The spec of a Service: a Configuration's and a Route's in one. */
export type ServiceSpec = z.infer<typeof serviceSpecSchema>
/** The status of a Service. */
export type ServiceStatus = z.infer<typeof serviceStatusSchema>
