/** Warnings of container ports that say the same as others. */
import type * as k8s from '@knative-ts/api/kubernetes'
import type { Placed } from './pod-warnings.ts'

interface Block {
  readonly port: k8s.ContainerPort
  readonly at: string
}

const blocksOf = (containers: readonly Placed[]): Block[] =>
  containers.flatMap(({ container, at }) => (container.ports ?? []).map((port, index) => ({ port, at: `${at}.ports[${index}]` })))

/** Ports of the same number and protocol, over all containers of a pod. */
export function portWarnings(containers: readonly Placed[]): string[] {
  const earlier = new Map<string, Block[]>()
  return blocksOf(containers).flatMap((block) => {
    const { port, at } = block
    const { hostIP = '', hostPort = 0, containerPort, protocol, name = '' } = port
    const told =
      hostIP !== '' && hostPort === 0
        ? [
            `${at}: hostIP set without hostPort: {Name:${name} HostPort:0 ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`
          ]
        : []
    const key = `${containerPort}/${protocol}`
    const others = earlier.get(key) ?? []
    earlier.set(key, [...others, block])
    return [...told, ...others.flatMap((other) => clashOf(block, other))]
  })
}

function clashOf({ port, at }: Block, other: Block): string[] {
  const { hostIP = '', hostPort = 0 } = port
  const { hostIP: otherIP = '', hostPort: otherPort = 0 } = other.port
  if (hostIP === otherIP && hostPort === otherPort) return [`${at}: duplicate port definition with ${other.at}`]
  if (hostPort === 0 || otherPort === 0) return [`${at}: overlapping port definition with ${other.at}`]
  // Whether the one without an address takes the port from the other is not defined.
  const isAmbiguous = hostPort === otherPort && (hostIP === '') !== (otherIP === '')
  return isAmbiguous ? [`${at}: dangerously ambiguous port definition with ${other.at}`] : []
}

/** Names that more than one port of a pod has. */
export function portNameWarnings(containers: readonly Placed[]): string[] {
  const first = new Map<string, string>()
  return blocksOf(containers).flatMap(({ port: { name }, at }) => {
    if (!name) return []
    const other = first.get(name)
    if (other === undefined) {
      first.set(name, at)
      return []
    }
    return [
      `${at}: duplicate port name ${JSON.stringify(name)} with ${other}, services and probes that select ports by name will use ${other}`
    ]
  })
}
