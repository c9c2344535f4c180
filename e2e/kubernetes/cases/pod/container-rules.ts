/** What of a container is refused. */
import type { Case } from '../../recorded-case.ts'
import { container, pod } from '../builders.ts'
import { podOf, tried } from '../kind-builders.ts'
import { http } from './builders.ts'

export const containerRules: readonly Case[] = [
  tried(
    'pod: containers that are wrong',
    pod('none', { containers: [] }),
    pod('absent', { containers: undefined }),
    pod('names', { containers: [container({ name: 'A' }), container({ name: '' }), container({ name: 'x'.repeat(64) })] }),
    pod('twice', { containers: [container(), container()] }),
    pod('init-twice', { initContainers: [container(), container({ name: 'i' }), container({ name: 'i' })] }),
    podOf('no-image', { image: '' }),
    podOf('blank-image', { image: ' app ' }),
    podOf('policies', { imagePullPolicy: 'Sometimes', terminationMessagePolicy: 'Log' }),
    podOf('restart', { restartPolicy: 'Always' }),
    podOf('ports', {
      ports: [{ containerPort: 0 }, { containerPort: 70_000 }, { containerPort: 80, protocol: 'tcp' }, { containerPort: 81, hostPort: -1 }]
    }),
    podOf('port-names', {
      ports: [
        { containerPort: 1, name: 'Web' },
        { containerPort: 2, name: '123' },
        { containerPort: 3, name: 'much-too-long-name' },
        { containerPort: 4, name: 'a--b' },
        { containerPort: 5, name: '-a' }
      ]
    }),
    podOf('port-name-twice', {
      ports: [
        { containerPort: 1, name: 'web' },
        { containerPort: 2, name: 'web' }
      ]
    }),
    podOf('host-port-twice', {
      ports: [
        { containerPort: 1, hostPort: 80 },
        { containerPort: 2, hostPort: 80 }
      ]
    }),
    podOf('host-network', { ports: [{ containerPort: 1, hostPort: 80 }] }, { hostNetwork: true }),
    podOf(
      'resize',
      {
        resizePolicy: [
          { resourceName: 'disk', restartPolicy: 'Maybe' },
          { resourceName: 'cpu', restartPolicy: 'RestartContainer' },
          { resourceName: 'cpu', restartPolicy: 'NotRequired' }
        ]
      },
      { restartPolicy: 'Never' }
    )
  ),
  tried(
    'pod: environment that is wrong',
    podOf('names', { env: [{ name: '' }, { name: 'a=b' }, { name: 'fine name' }] }),
    podOf('both', { env: [{ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] }),
    podOf('none', { env: [{ name: 'A', valueFrom: {} }] }),
    podOf('two', { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' }, secretKeyRef: { name: 's', key: 'k' } } }] }),
    podOf('fields', {
      env: [
        { name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.labels' } } },
        { name: 'B', valueFrom: { fieldRef: { fieldPath: 'spec.x' } } },
        { name: 'C', valueFrom: { fieldRef: { apiVersion: 'v2', fieldPath: 'metadata.name' } } },
        { name: 'D', valueFrom: { fieldRef: {} } }
      ]
    }),
    podOf('subscripts', {
      env: [
        { name: 'A', valueFrom: { fieldRef: { fieldPath: "metadata.labels['a/b/c']" } } },
        { name: 'B', valueFrom: { fieldRef: { fieldPath: "spec.x['a']" } } }
      ]
    }),
    podOf('resources', {
      env: [
        { name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.gpu' } } },
        { name: 'B', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '2' } } },
        { name: 'C', valueFrom: { resourceFieldRef: { resource: 'requests.memory', divisor: '1m' } } },
        { name: 'D', valueFrom: { resourceFieldRef: {} } }
      ]
    }),
    podOf('keys', {
      env: [
        { name: 'A', valueFrom: { configMapKeyRef: { name: 'M', key: '' } } },
        { name: 'B', valueFrom: { secretKeyRef: { name: 's', key: 'a b' } } }
      ]
    }),
    podOf('sources', {
      envFrom: [
        {},
        { configMapRef: { name: '' } },
        { secretRef: { name: 'S' }, prefix: '=' },
        { configMapRef: { name: 'a' }, secretRef: { name: 'b' } }
      ]
    })
  ),
  tried(
    'pod: probes that are wrong',
    podOf('none', { livenessProbe: {} }),
    podOf('two', { readinessProbe: { ...http, tcpSocket: { port: 1 } } }),
    podOf('numbers', {
      livenessProbe: { ...http, initialDelaySeconds: -1, timeoutSeconds: -1, periodSeconds: -1, successThreshold: 2, failureThreshold: -3 }
    }),
    podOf('grace', {
      readinessProbe: { ...http, terminationGracePeriodSeconds: 5 },
      livenessProbe: { ...http, terminationGracePeriodSeconds: 0 }
    }),
    podOf('ports', {
      livenessProbe: { httpGet: { port: 'much-too-long-name' } },
      readinessProbe: { tcpSocket: { port: 0 } },
      startupProbe: { grpc: { port: 99_999 } }
    }),
    podOf('http', { livenessProbe: { httpGet: { port: 80, scheme: 'FTP', httpHeaders: [{ name: 'X Y', value: 'a' }] } } }),
    podOf('exec', { livenessProbe: { exec: {} }, lifecycle: { preStop: {} } }),
    podOf('sleep', { lifecycle: { preStop: { sleep: { seconds: 60 } } } }),
    pod('init', { initContainers: [container({ name: 'i', livenessProbe: http, lifecycle: { preStop: { exec: { command: ['x'] } } } })] }),
    pod('sidecar', {
      initContainers: [
        container({ name: 'i', restartPolicy: 'Always', readinessProbe: http, lifecycle: { preStop: { exec: { command: ['x'] } } } })
      ]
    }),
    pod('init-restart', { initContainers: [container({ name: 'i', restartPolicy: 'Never' })] })
  )
]
