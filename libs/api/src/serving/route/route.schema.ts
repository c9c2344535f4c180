import { z } from 'zod'
import { statusSchema } from '../../conditions/condition.schema.ts'
import { int64 } from '../../schema/wire.ts'

/** A share of the traffic. Percentages of a list add up to 100; `url` is status only. */
export const trafficTargetSchema = z.object({
  configurationName: z.string().exactOptional().describe('Sends to the latest ready revision of this Configuration (not in a Service).'),
  latestRevision: z.boolean().exactOptional().describe('True when the latest ready revision is meant.'),
  percent: int64().exactOptional().describe('Share of the requests, 0 to 100; absent means 0.'),
  revisionName: z.string().exactOptional().describe('Sends to this revision.'),
  tag: z.string().exactOptional().describe('Gives the target a host of its own.'),
  url: z.string().exactOptional().describe('The host of the tag; only in the status.')
})

/** Where an object can be called from within the cluster. */
export const addressSchema = z.object({
  CACerts: z.string().exactOptional(),
  audience: z.string().exactOptional(),
  name: z.string().exactOptional(),
  url: z.string().exactOptional()
})

export const routeSpecSchema = z.object({
  traffic: z.array(trafficTargetSchema).exactOptional().describe('How the requests are shared among revisions.')
})

export const routeStatusFields = {
  address: addressSchema.exactOptional().describe('The address inside the cluster.'),
  traffic: z.array(trafficTargetSchema).exactOptional().describe('How the requests are shared now, by revision name.'),
  url: z.string().exactOptional().describe('The address for clients.')
}

export const routeStatusSchema = statusSchema.extend(routeStatusFields)

/** One share of the traffic. */
export type TrafficTarget = z.infer<typeof trafficTargetSchema>
/** An address inside the cluster. */
export type Address = z.infer<typeof addressSchema>
/** The spec of a Route. */
export type RouteSpec = z.infer<typeof routeSpecSchema>
/** The status of a Route. */
export type RouteStatus = z.infer<typeof routeStatusSchema>
