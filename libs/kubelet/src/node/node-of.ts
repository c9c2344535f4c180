import type * as k8s from '@knative-ts/api/kubernetes'
import { arch, cpus, release, totalmem } from 'node:os'
import type { NetworkFacts } from '../network/network.ts'

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64', arm: 'arm', ppc64: 'ppc64le', s390x: 's390x' }

/** Kubernetes' name of this machine's architecture. */
export const architecture = (): string => architectures[arch()] ?? arch()

/** The Node object of this machine. `now` is RFC 3339. */
export function nodeOf(name: string, facts: NetworkFacts, now: string): k8s.Node {
  const resources = { cpu: String(cpus().length), memory: `${Math.floor(totalmem() / 1024)}Ki`, 'ephemeral-storage': '100Gi', pods: '1000' }
  const condition = (type: string, status: string, reason: string, message: string): k8s.NodeCondition => ({
    type,
    status,
    reason,
    message,
    lastHeartbeatTime: now,
    lastTransitionTime: now
  })
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
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
      conditions: [
        condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
        condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
        condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
        condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status')
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      nodeInfo: {
        architecture: architecture(),
        bootID: '',
        containerRuntimeVersion: `process://${process.version}`,
        kernelVersion: release(),
        kubeProxyVersion: '',
        kubeletVersion: 'v1.34.0+standalone',
        machineID: name,
        operatingSystem: 'linux',
        osImage: 'knative-ts standalone',
        systemUUID: name
      }
    }
  }
}
