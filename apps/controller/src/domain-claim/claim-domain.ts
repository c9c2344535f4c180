import { apiVersionOf, clusterDomainClaims, type ClusterDomainClaim, type DomainMapping, type DomainMappingStatus } from '@knative-ts/api'
import { domainMappingConditions } from '@knative-ts/api'
import { errorText, isAlreadyExists, Marks, type Kept } from '@knative-ts/kube'

/** A claim is the cluster's, and has its domain's name. */
const claimKey = (mapping: DomainMapping) => ({ namespace: '', name: mapping.metadata.name ?? '' })

/**
 * Makes sure that the domain is this namespace's: claimed by hand, or here where `autocreate` allows that. Throws when it is not; the condition
 * says why.
 */
export async function claimDomain(
  claims: Kept<ClusterDomainClaim>,
  mapping: DomainMapping & { status: DomainMappingStatus },
  autocreate: boolean
): Promise<void> {
  const marks = new Marks(mapping.status, domainMappingConditions)
  const { name = '', namespace = '' } = mapping.metadata
  const claim = claims.get(claimKey(mapping)) ?? (autocreate ? await create(claims, mapping, marks) : undefined)
  if (claim === undefined) {
    const how = 'Create a ClusterDomainClaim for it, or set autocreate-cluster-domain-claims in config-network.'
    marks.false(
      'DomainClaimed',
      'DomainAlreadyClaimed',
      `There is no ClusterDomainClaim that gives "${name}" to namespace "${namespace}". ${how}`
    )
    throw new Error(`no ClusterDomainClaim found for domain "${name}" (and autocreate-cluster-domain-claims property is not true)`)
  }
  if (claim.spec.namespace !== namespace) {
    marks.false(
      'DomainClaimed',
      'DomainAlreadyClaimed',
      'The domain name is already in use by another DomainMapping. Use another domain, or have its ClusterDomainClaim name this namespace.'
    )
    throw new Error(`namespace "${namespace}" does not own ClusterDomainClaim for "${name}"`)
  }
  marks.true('DomainClaimed')
}

async function create(claims: Kept<ClusterDomainClaim>, mapping: DomainMapping, marks: Marks): Promise<ClusterDomainClaim> {
  const { name = '', namespace = '' } = mapping.metadata
  const claim: ClusterDomainClaim = {
    apiVersion: apiVersionOf(clusterDomainClaims),
    kind: clusterDomainClaims.kind,
    metadata: { name },
    spec: { namespace }
  }
  try {
    return await claims.create(claim)
  } catch (error) {
    // Somebody else's, of this moment: whose it is decides.
    if (isAlreadyExists(error)) return claims.fetch(claimKey(mapping))
    marks.false('DomainClaimed', 'DomainClaimFailed', `The domain cannot be claimed: ${errorText(error)}`)
    throw error
  }
}

/** Gives the domain back when it was claimed here. A claim that somebody made by hand stays. */
export async function releaseDomain(claims: Kept<ClusterDomainClaim>, mapping: DomainMapping, autocreate: boolean): Promise<void> {
  if (!autocreate) return
  const claim = claims.get(claimKey(mapping))
  if (claim?.spec.namespace === mapping.metadata.namespace && claim !== undefined) await claims.delete(claim)
}
