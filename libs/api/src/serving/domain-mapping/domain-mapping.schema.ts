import { z } from 'zod'
import { statusSchema } from '../../conditions/condition.schema.ts'
import { addressSchema } from '../route/route.schema.ts'

/** Knative's duck type KReference. */
export const referenceSchema = z.object({
  address: z.string().exactOptional().describe('The name of one of several addresses of the object.'),
  apiVersion: z.string().exactOptional().describe('The API version of the object.'),
  group: z.string().exactOptional().describe('Not to be set: the version says the group.'),
  kind: z.string().describe('The kind of the object.'),
  name: z.string().describe('The name of the object.'),
  namespace: z.string().exactOptional().describe('The namespace of the object: that of the mapping.')
})

export const domainMappingSpecSchema = z.object({
  ref: referenceSchema.describe(
    'What the domain leads to: a Knative Service, a Route, or anything with an address of a Kubernetes Service.'
  ),
  tls: z
    .object({ secretName: z.string().describe('A Secret of type kubernetes.io/tls in the namespace of the mapping.') })
    .exactOptional()
    .describe('Serves the domain with a certificate of the user.')
})

export const domainMappingStatusSchema = statusSchema.extend({
  address: addressSchema.exactOptional().describe('Where other objects send events to.'),
  url: z.string().exactOptional().describe('The address for clients.')
})

/** What a domain leads to. */
export type KReference = z.infer<typeof referenceSchema>
/** The spec of a DomainMapping. */
export type DomainMappingSpec = z.infer<typeof domainMappingSpecSchema>
/** The status of a DomainMapping. */
export type DomainMappingStatus = z.infer<typeof domainMappingStatusSchema>
