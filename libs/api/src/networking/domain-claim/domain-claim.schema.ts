import { z } from 'zod'

export const clusterDomainClaimSpecSchema = z.object({
  namespace: z.string().describe('The namespace that may use the domain.')
})

/** The spec of a ClusterDomainClaim. */
export type ClusterDomainClaimSpec = z.infer<typeof clusterDomainClaimSpecSchema>
