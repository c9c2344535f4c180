/** What classes give to pods that name them: admission plugins Priority and RuntimeClass of 1.34. */
import type * as k8s from '@knative-ts/api/kubernetes'
import type { KubeObject } from '@knative-ts/api'
import { forbidden } from '../http/errors.ts'
import type { Call, World } from '../requests/call.ts'
import { sameJson } from '../requests/same-json.ts'

const PRIORITIES = 'scheduling.k8s.io/priorityclasses'
/** Classes that every cluster has. */
const SYSTEM: ReadonlyMap<string, number> = new Map([
  ['system-cluster-critical', 2_000_000_000],
  ['system-node-critical', 2_000_001_000]
])
const PREEMPTING = 'PreemptLowerPriority'

interface Rank {
  readonly value: number
  readonly preemptionPolicy: string
}

function defaultPriority(world: World): k8s.PriorityClass | undefined {
  const defaults = world.store
    .list(PRIORITIES)
    .map(({ object }) => object as k8s.PriorityClass)
    .filter(({ globalDefault }) => globalDefault === true)
  // The least of them, should there be more.
  return defaults.sort((a, b) => (a.value ?? 0) - (b.value ?? 0))[0]
}

const rankOf = ({ value = 0, preemptionPolicy = PREEMPTING }: k8s.PriorityClass): Rank => ({ value, preemptionPolicy })

function classRank(world: World, call: Call, pod: k8s.Pod, name: string): Rank {
  const stored = world.store.get({ resource: PRIORITIES, namespace: '', name })?.object as k8s.PriorityClass | undefined
  if (stored !== undefined) return rankOf(stored)
  const value = SYSTEM.get(name)
  if (value === undefined) throw forbidden(call.type, pod.metadata.name ?? '', `no PriorityClass with name ${name} was found`)
  return { value, preemptionPolicy: PREEMPTING }
}

/** Gives a new pod the priority of its class, or of the cluster. In place. Throws 403 for another one, and for a class that there is not. */
export function admitPriority(world: World, call: Call, pod: k8s.Pod): void {
  const { spec } = pod
  if (spec === undefined) return
  if (!spec.priorityClassName) {
    const standard = defaultPriority(world)
    if (standard?.metadata.name !== undefined) spec.priorityClassName = standard.metadata.name
  }
  const rank = spec.priorityClassName ? classRank(world, call, pod, spec.priorityClassName) : rankOf({} as k8s.PriorityClass)
  const refuse = (what: string, given: unknown, computed: unknown) => {
    const why = `the ${what} (${String(given)}) must not be provided in pod spec; priority admission controller computed ${String(computed)} from the given PriorityClass name`
    throw forbidden(call.type, pod.metadata.name ?? '', why)
  }
  if (spec.priority !== undefined && spec.priority !== rank.value) refuse('integer value of priority', spec.priority, rank.value)
  spec.priority = rank.value
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== rank.preemptionPolicy)
    refuse('string value of PreemptionPolicy', spec.preemptionPolicy, rank.preemptionPolicy)
  spec.preemptionPolicy = rank.preemptionPolicy
}

/** At most one class is for pods that name none. Throws 403. */
export function admitPriorityClass(world: World, call: Call, object: KubeObject): void {
  if (call.type.storage !== PRIORITIES || (object as k8s.PriorityClass).globalDefault !== true) return
  const standard = defaultPriority(world)?.metadata.name
  if (standard === undefined || standard === object.metadata.name) return
  const why = `PriorityClass ${standard} is already marked as default. Only one default can exist`
  throw forbidden(call.type, object.metadata.name ?? '', why)
}

/** Gives a new pod what its runtime needs. In place. Throws 403 for a class that there is not, and for what contradicts it. */
export function admitRuntimeClass(world: World, call: Call, pod: k8s.Pod): void {
  const { spec } = pod
  if (spec === undefined) return
  const refuse = (why: string) => forbidden(call.type, pod.metadata.name ?? '', why)
  const name = spec.runtimeClassName
  const given = Object.keys(spec.overhead ?? {}).length > 0
  const runtime =
    name === undefined
      ? undefined
      : (world.store.get({ resource: 'node.k8s.io/runtimeclasses', namespace: '', name })?.object as k8s.RuntimeClass | undefined)
  if (name !== undefined && runtime === undefined) throw refuse(`pod rejected: RuntimeClass ${JSON.stringify(name)} not found`)
  const overhead = runtime?.overhead?.podFixed
  if (overhead === undefined && given) throw refuse('pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead')
  if (overhead !== undefined) {
    if (given && !sameJson(spec.overhead, overhead))
      throw refuse("pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead")
    spec.overhead = { ...overhead }
  }
  const { nodeSelector = {}, tolerations = [] } = runtime?.scheduling ?? {}
  for (const [key, value] of Object.entries(nodeSelector)) {
    const own = spec.nodeSelector?.[key]
    if (own !== undefined && own !== value)
      throw refuse(`conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`)
    spec.nodeSelector = { ...spec.nodeSelector, [key]: value }
  }
  const added = tolerations.filter((one) => spec.tolerations?.some((other) => sameJson(one, other)) !== true)
  if (added.length > 0) spec.tolerations = [...(spec.tolerations ?? []), ...added]
}
