/** pods/resize: CPU and memory of containers that run. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { forbiddenField, invalidValue, type Cause } from '../../http/errors.ts'
import { sameJson } from '../../requests/same-json.ts'
import { qosClassOf } from './qos.ts'

const LISTS = ['containers', 'initContainers'] as const
const ONLY = 'only cpu and memory resources are mutable'

/** Takes back all but resources and how they are changed. In place; another set of containers is left for the rules to refuse. */
export function keepResizeOnly(pod: k8s.Pod, before: k8s.Pod): void {
  const [spec, old] = [pod.spec, before.spec]
  if (spec === undefined || old === undefined) return
  if (LISTS.some((list) => (spec[list] ?? []).length !== (old[list] ?? []).length)) return
  const [containers, initContainers] = LISTS.map((list) => resized(spec[list] ?? [], old[list] ?? []))
  pod.spec = {
    ...structuredClone(old),
    containers: containers ?? [],
    ...(old.initContainers === undefined ? {} : { initContainers: initContainers ?? [] })
  }
}

function resized(after: readonly k8s.Container[], before: readonly k8s.Container[]): k8s.Container[] {
  if (after.some(({ name }, index) => before[index]?.name !== name)) return [...after]
  return before.map((old, index) => {
    const { resizePolicy: _policy, ...rest } = structuredClone(old)
    const { resources, resizePolicy } = after[index] ?? old
    return { ...rest, ...(resources === undefined ? {} : { resources }), ...(resizePolicy === undefined ? {} : { resizePolicy }) }
  })
}

export function checkResize(pod: k8s.Pod, before: k8s.Pod): Cause[] {
  const isWhole = ({ spec }: k8s.Pod) => Object.keys({ ...spec?.resources?.requests, ...spec?.resources?.limits }).length > 0
  if (isWhole(pod) || isWhole(before)) return [forbiddenField('[]', 'pods with pod-level resources cannot be resized')]
  const causes: Cause[] = []
  const old = before.status?.qosClass ?? qosClassOf(before)
  if (old !== qosClassOf(pod)) causes.push(invalidValue('spec', old, 'Pod QOS Class may not change as a result of resizing'))
  const order = LISTS.flatMap((list) => checkOrder(pod.spec?.[list] ?? [], before.spec?.[list] ?? [], list))
  if (order.length > 0) return [...causes, ...order]
  for (const list of LISTS.toReversed()) {
    ;(before.spec?.[list] ?? []).forEach((container, index) => {
      if (list === 'initContainers' && container.restartPolicy !== 'Always') return
      const after = pod.spec?.[list]?.[index]?.resources
      const field = `spec.${list}[${index}].resources`
      if (isLess(after?.requests, container.resources?.requests))
        causes.push(forbiddenField(`${field}.requests`, 'resource requests cannot be removed'))
      if (isLess(after?.limits, container.resources?.limits))
        causes.push(forbiddenField(`${field}.limits`, 'resource limits cannot be removed'))
    })
  }
  for (const list of LISTS) {
    ;(pod.spec?.[list] ?? []).forEach((container, index) => {
      const was = before.spec?.[list]?.[index]
      if (was === undefined) return
      const isSidecar = container.restartPolicy === 'Always'
      if (list === 'initContainers' && !isSidecar) {
        if (!sameJson(container, was)) causes.push(forbiddenField('spec', 'resources for non-sidecar init containers are immutable'))
      } else if (!sameJson(withResourcesOf(container, was), was))
        causes.push(
          forbiddenField('spec', list === 'containers' ? ONLY : 'only cpu and memory resources for sidecar containers are mutable')
        )
    })
  }
  return causes
}

function checkOrder(after: readonly k8s.Container[], before: readonly k8s.Container[], list: string): Cause[] {
  if (after.length !== before.length) return [forbiddenField(`spec.${list}`, `${list} may not be added or removed on resize`)]
  return before.flatMap(({ name }, index) =>
    after[index]?.name === name ? [] : [forbiddenField(`spec.${list}[${index}].name`, `${list} may not be renamed or reordered on resize`)]
  )
}

type Amounts = Readonly<Record<string, string>>

const isLess = (after: Amounts = {}, before: Amounts = {}) => Object.keys(before).some((name) => after[name] === undefined)

/** The container with the CPU and memory that it had: what differs then is something else. */
function withResourcesOf(container: k8s.Container, was: k8s.Container): k8s.Container {
  const part = (now: Amounts | undefined, old: Amounts | undefined) => {
    if (old === undefined) return undefined
    const others = Object.entries(now ?? {}).filter(([name]) => name !== 'cpu' && name !== 'memory')
    const own = Object.entries(old).filter(([name]) => name === 'cpu' || name === 'memory')
    return Object.fromEntries([...others, ...own])
  }
  const limits = part(container.resources?.limits, was.resources?.limits)
  const requests = part(container.resources?.requests, was.resources?.requests)
  return { ...container, resources: { ...(limits && { limits }), ...(requests && { requests }) } }
}
