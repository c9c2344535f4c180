/** Containers and their resources. */
import type { Case } from '../../recorded-case.ts'
import { container, pod } from '../builders.ts'
import { podOf, tried } from '../kind-builders.ts'
import { http } from './builders.ts'

export const containers: readonly Case[] = [
  tried(
    'pod: defaults of a container',
    podOf('plain', {}),
    podOf('latest', { image: 'app' }),
    podOf('digest', { image: `app@sha256:${'a'.repeat(64)}` }),
    podOf('both', { image: `app:latest@sha256:${'a'.repeat(64)}` }),
    podOf('odd', { image: 'App Of Mine' }),
    podOf('ports', {
      ports: [
        { containerPort: 80, name: 'web' },
        { containerPort: 53, protocol: 'UDP', hostPort: 5353 }
      ]
    }),
    podOf('host-ports', { ports: [{ containerPort: 80 }] }, { hostNetwork: true }),
    podOf('probes', {
      livenessProbe: http,
      readinessProbe: { tcpSocket: { port: 'web' } },
      startupProbe: { grpc: { port: 9000 } },
      ports: [{ containerPort: 80, name: 'web' }]
    }),
    podOf('hooks', { lifecycle: { postStart: { httpGet: { port: 1 } }, preStop: { sleep: { seconds: 3 } } } })
  ),
  tried(
    'pod: resources',
    podOf('limits', { resources: { limits: { cpu: '0.5', memory: '1024Mi' } } }),
    podOf('requests', { resources: { requests: { cpu: '1000m' }, limits: { cpu: 1, memory: '1Gi', 'ephemeral-storage': '1e3' } } }),
    podOf('guaranteed', { resources: { limits: { cpu: 1, memory: '1Gi' }, requests: { cpu: '1000m', memory: '1Gi' } } }),
    podOf('extended', { resources: { limits: { 'example.com/gpu': 2 } } }),
    podOf('zero', { resources: { limits: { cpu: 0, memory: 0 } } }),
    podOf('fraction', { resources: { limits: { memory: '1.5' } } }),
    podOf('fine', { resources: { requests: { cpu: '100u', memory: '128974848' } } }),
    pod('whole', { resources: { limits: { cpu: 1, memory: '1Gi' } } }),
    pod('overhead', { overhead: { cpu: '10m' } })
  ),
  tried(
    'pod: resources that are wrong',
    podOf('above', { resources: { limits: { cpu: 1 }, requests: { cpu: 2 } } }),
    podOf('negative', { resources: { limits: { memory: '-1' } } }),
    podOf('unknown', { resources: { limits: { gpu: 1 } } }),
    podOf('half', { resources: { limits: { 'example.com/gpu': '1500m' } } }),
    podOf('unequal', { resources: { limits: { 'example.com/gpu': 2 }, requests: { 'example.com/gpu': 1 } } }),
    podOf('unlimited', { resources: { requests: { 'example.com/gpu': 1 } } }),
    podOf('huge', { resources: { limits: { 'hugepages-2Mi': '4Mi' } } }),
    podOf('odd-huge', { resources: { limits: { 'hugepages-2Mi': '3Mi', cpu: 1 } } }),
    podOf('claims', { resources: { claims: [{ name: 'a' }, { name: 'a' }] } }),
    podOf('no-quantity', { resources: { limits: { cpu: 'lots' } } }),
    podOf('bad-name', { resources: { limits: { 'a b': 1 } } }),
    pod('whole', { resources: { limits: { 'example.com/gpu': 1 } } }),
    pod('whole-small', { containers: [container({ resources: { requests: { cpu: 2 } } })], resources: { requests: { cpu: 1 } } })
  )
]
