import { z } from 'zod'
import { written } from '../schema/wire.ts'

/** Knative's duck type KReference with all that it may hold; most places of the API take less. */
export const fullReferenceSchema = z.object({
  address: z.string().exactOptional().describe('The name of one of several addresses of the object.'),
  apiVersion: z.string().exactOptional().describe('The API version of the object.'),
  group: z.string().exactOptional().describe('The API group of the object, in place of the version (feature kreference-group).'),
  kind: written(z.string()).describe('The kind of the object.'),
  name: written(z.string()).describe('The name of the object.'),
  namespace: z.string().exactOptional().describe('The namespace of the object. Default: that of the object that refers to it.')
})

/** What an object refers to: another object by version, kind and name. */
export type KReference = z.infer<typeof fullReferenceSchema>

/** Without group and address: the definitions prune them. */
export const referenceSchema: z.ZodType<KReference> = fullReferenceSchema.omit({ address: true, group: true })

/** Without group. */
export const addressedReferenceSchema: z.ZodType<KReference> = fullReferenceSchema.omit({ group: true })

/** Kubernetes' ObjectReference, as statuses hold it. */
export const objectReferenceSchema = z.object({
  apiVersion: z.string().exactOptional().describe('The API version of the object.'),
  fieldPath: z.string().exactOptional().describe('A part of the object.'),
  kind: z.string().exactOptional().describe('The kind of the object.'),
  name: z.string().exactOptional().describe('The name of the object.'),
  namespace: z.string().exactOptional().describe('The namespace of the object.'),
  resourceVersion: z.string().exactOptional().describe('The version of the object that was meant.'),
  uid: z.string().exactOptional().describe('The identity of the object.')
})
