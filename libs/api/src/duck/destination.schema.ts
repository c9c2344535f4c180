import { z } from 'zod'
import { fullReferenceSchema, referenceSchema, type KReference } from './reference.schema.ts'

const destinationFields = (reference: z.ZodType<KReference>) => ({
  CACerts: z.string().exactOptional().describe('Certificates (PEM) that the receiver is trusted by, beside those that are trusted anyway.'),
  audience: z.string().exactOptional().describe('The audience of the token that is sent (OIDC).'),
  ref: reference.exactOptional().describe('An object that has an address, or a Kubernetes Service.'),
  uri: z.string().exactOptional().describe('An absolute URL; or, beside ref, a path that is resolved against the address of the object.')
})

/** Knative's duck type Destination: where events go to. */
export const destinationSchema = z.object(destinationFields(referenceSchema))

/** The same, keeping group and address of the reference. */
export const fullDestinationSchema = z.object(destinationFields(fullReferenceSchema))

/** Where events go to: an object with an address, or a URL. */
export type Destination = z.infer<typeof destinationSchema>
