import { z } from 'zod'
import { statusSchema } from '../../conditions/condition.schema.ts'
import { intOrString } from '../../schema/wire.ts'

export const certificateSpecSchema = z.object({
  dnsNames: z.array(z.string()).describe('The names that the certificate is for; `*.` before one means all directly under it.'),
  domain: z.string().exactOptional().describe('The base domain of the names.'),
  secretName: z.string().describe('The Secret of type kubernetes.io/tls that holds the certificate.')
})

export const http01ChallengeSchema = z.object({
  serviceName: z.string().exactOptional().describe('The Service that answers the challenge.'),
  serviceNamespace: z.string().exactOptional(),
  servicePort: intOrString().exactOptional(),
  url: z.string().exactOptional().describe('The address that the authority asks.')
})

export const certificateStatusSchema = statusSchema.extend({
  http01Challenges: z
    .array(http01ChallengeSchema)
    .exactOptional()
    .describe('What the authority asks of the hosts before it issues (ACME, HTTP-01).'),
  notAfter: z.string().exactOptional().describe('When the certificate ends.')
})

/** The spec of a Certificate. */
export type CertificateSpec = z.infer<typeof certificateSpecSchema>
/** The status of a Certificate. */
export type CertificateStatus = z.infer<typeof certificateStatusSchema>
/** What an authority asks of a host before it issues. */
export type Http01Challenge = z.infer<typeof http01ChallengeSchema>
