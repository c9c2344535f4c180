import type * as k8s from '@knative-ts/api/kubernetes'
import { arch } from 'node:os'
import type { NetworkFacts } from '../network/network.ts'
import type { MachineFacts } from './machine.ts'

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64', arm: 'arm', ppc64: 'ppc64le', s390x: 's390x' }

/** Kubernetes' name of this machine's architecture. */
export const architecture = (): string => architectures[arch()] ?? arch()

/** The Node object of this machine, but for its conditions. */
export function nodeOf(name: string, facts: NetworkFacts, machine: MachineFacts): k8s.Node {
  const kibibytes = (bytes: number): string => `${Math.floor(bytes / 1_024)}Ki`
  const resources = {
    cpu: String(machine.cores),
    'ephemeral-storage': kibibytes(machine.diskBytes),
    memory: kibibytes(machine.memoryBytes),
    pods: '1000'
  }
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'beta.kubernetes.io/arch': architecture(),
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': architecture(),
        'node-role.kubernetes.io/control-plane': '',
        'standalone.knative.dev/network': facts.mode
      }
    },
    spec: { podCIDR: facts.podRange, podCIDRs: [facts.podRange], providerID: `standalone://${name}` },
    status: {
      capacity: resources,
      allocatable: resources,
      addresses: [
        { type: 'InternalIP', address: facts.hostAddress },
        { type: 'Hostname', address: name }
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      nodeInfo: {
        architecture: architecture(),
        bootID: machine.bootId,
        containerRuntimeVersion: `process://${process.version}`,
        kernelVersion: machine.kernel,
        kubeProxyVersion: '',
        kubeletVersion: 'v1.34.0+standalone',
        machineID: machine.machineId,
        operatingSystem: 'linux',
        osImage: machine.osImage,
        systemUUID: machine.systemUuid
      }
    }
  }
}
