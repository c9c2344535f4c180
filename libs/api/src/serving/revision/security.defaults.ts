import type { SecurePodDefaults } from '../../config/features-config.ts'
import type { Container, ContainerSecurityContext } from './container.schema.ts'

/** The part of a pod's security context that its containers' defaults look at. */
export interface PodSecurity {
  readonly runAsNonRoot?: boolean
  readonly seccompProfile?: { readonly type?: string }
}

const LOWEST_FREE_PORT = 1024

/** Hardens a container where its template says nothing (feature secure-pod-defaults). */
export function withSecurityDefaults(container: Container, pod: PodSecurity, how: SecurePodDefaults): Container {
  if (how === 'Disabled') return container
  const given = container.securityContext ?? {}
  const securityContext: ContainerSecurityContext = { ...given }
  securityContext.allowPrivilegeEscalation ??= false
  if ((pod.seccompProfile?.type ?? '') === '' && (given.seccompProfile?.type ?? '') === '') {
    securityContext.seccompProfile = { ...given.seccompProfile, type: 'RuntimeDefault' }
  }
  if (given.capabilities === undefined) {
    const lowPort = (container.ports ?? []).some(({ containerPort }) => containerPort < LOWEST_FREE_PORT)
    securityContext.capabilities = { drop: ['ALL'], ...(lowPort ? { add: ['NET_BIND_SERVICE'] } : {}) }
  }
  if (how === 'Enabled' && pod.runAsNonRoot === undefined) securityContext.runAsNonRoot ??= true
  return { ...container, securityContext }
}
