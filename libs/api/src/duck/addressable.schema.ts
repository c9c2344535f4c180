import { z } from 'zod'
import { addressSchema } from '../serving/route/route.schema.ts'

/** Knative's duck type Addressable, part of a status. */
export const addressStatusFields = {
  address: addressSchema.exactOptional().describe('Where events are sent to.'),
  addresses: z.array(addressSchema).exactOptional().describe('All addresses, the preferred one first.')
}

/** The policies that decide who may send, part of a status. */
export const policiesStatusFields = {
  policies: z
    .array(
      z.object({ apiVersion: z.string().describe('The API version of the policy.'), name: z.string().describe('The name of the policy.') })
    )
    .exactOptional()
    .describe('The EventPolicies that apply.')
}

/** As whom an object sends, part of a status. */
export const authStatusFields = {
  auth: z
    .object({
      serviceAccountName: z.string().exactOptional().describe('The ServiceAccount that events are sent as.'),
      serviceAccountNames: z.array(z.string()).exactOptional().describe('The ServiceAccounts, where several send.')
    })
    .exactOptional()
    .describe('The identity that events are sent as (OIDC).')
}
