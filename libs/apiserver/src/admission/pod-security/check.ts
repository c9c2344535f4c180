/** One rule of the Pod Security Standards, and the words that its refusals share (`k8s.io/pod-security-admission/policy`). */
import type * as k8s from '@knative-ts/api/kubernetes'

export interface Violation {
  readonly reason: string
  readonly detail: string
}

/** A pod, or what a controller would make pods from. */
export interface PodLike {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> }
  readonly spec: k8s.PodSpec
}

export interface Check {
  readonly id: string
  /** The minor version of Kubernetes whose policy has it first. */
  readonly since: number
  /** Of a restricted check: the baseline check that it stands for. */
  readonly overrides?: string
  readonly run: (pod: PodLike, minor: number) => Violation | undefined
}

export type AnyContainer = k8s.Container | k8s.EphemeralContainer

/** All containers, initial and ephemeral ones included, in the order in which the reference visits them. */
export const containersOf = ({ initContainers = [], containers = [], ephemeralContainers = [] }: k8s.PodSpec): readonly AnyContainer[] => [
  ...initContainers,
  ...containers,
  ...ephemeralContainers
]

/** Names of the containers for which `isBad` holds. */
export const namesOf = (spec: k8s.PodSpec, isBad: (container: AnyContainer) => boolean): string[] =>
  containersOf(spec)
    .filter(isBad)
    .map(({ name }) => name)

export const quoted = (items: readonly string[]) => items.map((item) => `"${item}"`).join(', ')

/** As a Go set lists its members. */
export const sorted = (items: readonly string[]) => [...new Set(items)].sort()

export const plural = (one: string, many: string, items: readonly unknown[]) => (items.length === 1 ? one : many)

/** `container "c"`, `containers "c", "d"`. */
export const containersText = (names: readonly string[]) => `${plural('container', 'containers', names)} ${quoted(names)}`

/** `pod and container "c"`: who set what they must not; empty for nobody. */
export const settersText = (pod: boolean, names: readonly string[]) =>
  [...(pod ? ['pod'] : []), ...(names.length > 0 ? [containersText(names)] : [])].join(' and ')

/** A violation when there is something to say. */
export const violation = (isBad: boolean, reason: string, detail: string): Violation | undefined => (isBad ? { reason, detail } : undefined)
