import { z } from 'zod'
import { statusSchema } from '../../conditions/condition.schema.ts'
import { int64, intOrString, stringMap } from '../../schema/wire.ts'

export const ingressSplitSchema = z.object({
  appendHeaders: stringMap().exactOptional().describe('Headers to add to requests that go this way.'),
  percent: int64().exactOptional().describe('Share of the requests, 0 to 100.'),
  serviceName: z.string(),
  serviceNamespace: z.string(),
  servicePort: intOrString()
})

export const ingressPathSchema = z.object({
  appendHeaders: stringMap().exactOptional().describe('Headers to add to the requests of this path.'),
  headers: z
    .record(z.string(), z.object({ exact: z.string() }))
    .exactOptional()
    .describe('Headers that a request must carry with exactly this value.'),
  path: z.string().exactOptional().describe('Prefix of the path; absent means all.'),
  rewriteHost: z.string().exactOptional().describe('The Host header that the backend sees.'),
  splits: z.array(ingressSplitSchema).describe('The backends; percentages add up to 100.')
})

export const ingressRuleSchema = z.object({
  hosts: z.array(z.string()).exactOptional(),
  http: z.object({ paths: z.array(ingressPathSchema) }).exactOptional(),
  visibility: z.string().exactOptional().describe('ExternalIP or ClusterLocal.')
})

export const ingressTlsSchema = z.object({
  hosts: z.array(z.string()).exactOptional(),
  secretName: z.string().exactOptional(),
  secretNamespace: z.string().exactOptional()
})

export const ingressSpecSchema = z.object({
  httpOption: z.string().exactOptional().describe('Enabled, or Redirected to answer plain HTTP with a redirect to HTTPS.'),
  rules: z.array(ingressRuleSchema).exactOptional(),
  tls: z.array(ingressTlsSchema).exactOptional()
})

const loadBalancer = z.object({
  ingress: z
    .array(
      z.object({
        domain: z.string().exactOptional(),
        domainInternal: z.string().exactOptional(),
        ip: z.string().exactOptional(),
        meshOnly: z.boolean().exactOptional()
      })
    )
    .exactOptional()
})

export const ingressStatusSchema = statusSchema.extend({
  privateLoadBalancer: loadBalancer.exactOptional(),
  publicLoadBalancer: loadBalancer.exactOptional()
})

/** The spec of an Ingress. */
export type IngressSpec = z.infer<typeof ingressSpecSchema>
/** The status of an Ingress. */
export type IngressStatus = z.infer<typeof ingressStatusSchema>
/** Hosts and the paths under them. */
export type IngressRule = z.infer<typeof ingressRuleSchema>
/** One path with its conditions and backends. */
export type IngressPath = z.infer<typeof ingressPathSchema>
/** One backend and its share. */
export type IngressSplit = z.infer<typeof ingressSplitSchema>
/** A certificate for some hosts. */
export type IngressTls = z.infer<typeof ingressTlsSchema>
/** Where clients reach the data plane. */
export type LoadBalancerStatus = z.infer<typeof loadBalancer>
