import { adler32, type Certificate, type Http01Challenge } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import type { Kept, KubeClient } from '@knative-ts/kube'
import { cmChallenges, cmClusterIssuers, type CmCertificate } from './cert-manager.ts'
import { shortPrefix } from './cm-certificate-of.ts'

const domainLabel = 'acme.cert-manager.io/http-domain'

/** What cert-manager's solvers are asked now; empty where the issuer does not ask hosts. Throws while a solver is still to come. */
export async function httpChallenges(
  client: KubeClient,
  services: Kept<k8s.Service>,
  certificate: Certificate,
  { spec }: CmCertificate
): Promise<Http01Challenge[]> {
  const issuer = await client.get(cmClusterIssuers, { namespace: '', name: spec.issuerRef.name })
  if (issuer.spec?.acme?.solvers?.[0]?.http01 === undefined) return []
  const { namespace = '' } = certificate.metadata
  const here = services.list(namespace)
  const challenges: Http01Challenge[] = []
  for (const dnsName of spec.dnsNames) {
    const value = String(adler32(dnsName))
    const solvers = here.filter(({ metadata }) => metadata.labels?.[domainLabel] === value)
    // The shortened name may be known to the authority already.
    if (solvers.length === 0 && dnsName === `${shortPrefix}${certificate.spec.domain ?? ''}`) continue
    if (solvers.length === 0) throw new Error(`no challenge solver service for domain ${dnsName}; selector=${domainLabel}=${value}`)
    for (const solver of solvers) challenges.push(await challengeOf(client, solver))
  }
  return challenges
}

async function challengeOf(client: KubeClient, { metadata, spec }: k8s.Service): Promise<Http01Challenge> {
  const { namespace = '', name = '' } = metadata
  const challenge = await client.get(cmChallenges, { namespace, name: metadata.ownerReferences?.[0]?.name ?? '' })
  const port = spec?.ports?.[0]
  return {
    serviceName: name,
    serviceNamespace: namespace,
    servicePort: port?.targetPort ?? port?.port ?? 80,
    url: `http://${challenge.spec?.dnsName ?? ''}/.well-known/acme-challenge/${challenge.spec?.token ?? ''}`
  }
}
