/** The user that a pod asks for, and the promise not to be root. Pure. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { Blocked } from './blocked.ts'

/** The container's security context over its pod's. */
export function securityContextOf(pod: k8s.Pod, { securityContext = {} }: k8s.Container): k8s.PodSecurityContext & k8s.SecurityContext {
  const own = Object.fromEntries(Object.entries(securityContext).filter(([, value]) => value !== undefined))
  return { ...pod.spec?.securityContext, ...own }
}

/**
 * The kubelet's verifyRunAsNonRoot. `declared` is the image's `user[:group]`, undefined where an image has none and its program is of this
 * machine: then only what the pod asks for is looked at. Throws {@link Blocked} in the kubelet's words.
 */
export function checkNonRoot(pod: k8s.Pod, container: k8s.Container, declared: string | undefined): void {
  const { runAsNonRoot, runAsUser } = securityContextOf(pod, container)
  if (runAsNonRoot !== true) return
  const problem = runAsUser === undefined ? (declared === undefined ? undefined : problemOf(declared)) : problemOfAsked(runAsUser)
  if (problem === undefined) return
  const { name, namespace, uid } = pod.metadata
  throw new Blocked('CreateContainerConfigError', `${problem} (pod: "${name}_${namespace}(${uid})", container: ${container.name})`)
}

const problemOfAsked = (uid: number): string | undefined => (uid === 0 ? "container's runAsUser breaks non-root policy" : undefined)

function problemOf(declared: string): string | undefined {
  const [user = ''] = declared.split(':')
  if (user !== '' && !/^\d+$/.test(user))
    return `container has runAsNonRoot and image has non-numeric user (${user}), cannot verify user is non-root`
  return Number(user) === 0 ? 'container has runAsNonRoot and image will run as root' : undefined
}
