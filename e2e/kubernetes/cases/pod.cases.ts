/** Pods: what the server fills in, refuses and warns of. */
import type { Case } from '../recorded-case.ts'
import { container, object, pod } from './builders.ts'
import { changed, podOf, tried } from './kind-builders.ts'

const volume = (name: string, ...volumes: readonly object[]) => pod(name, { volumes })
const http = { httpGet: { port: 80 } }

export const cases: readonly Case[] = [
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
  ),
  tried(
    'pod: volumes',
    volume('empty', { name: 'v' }),
    volume('medium', { name: 'v', emptyDir: { medium: 'Memory', sizeLimit: '0.5Gi' } }),
    volume(
      'files',
      { name: 'c', configMap: { name: 'm', items: [{ key: 'k', path: 'p', mode: 256 }] } },
      { name: 's', secret: { secretName: 'x', optional: true } }
    ),
    volume('host', { name: 'v', hostPath: { path: '/tmp' } }, { name: 'w', hostPath: { path: '/tmp', type: 'DirectoryOrCreate' } }),
    volume('down', {
      name: 'v',
      downwardAPI: {
        items: [
          { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
          { path: 'cpu', resourceFieldRef: { containerName: 'c', resource: 'limits.cpu', divisor: '1m' } },
          { path: 'memory', resourceFieldRef: { containerName: 'c', resource: 'limits.memory' } }
        ]
      }
    }),
    volume('projected', {
      name: 'v',
      projected: {
        sources: [
          { secret: { name: 's' } },
          { configMap: { name: 'c', items: [{ key: 'a', path: 'b' }] } },
          { serviceAccountToken: { path: 'token', audience: 'me' } },
          { downwardAPI: { items: [{ path: 'x', fieldRef: { fieldPath: "metadata.annotations['a.b/c']" } }] } }
        ]
      }
    }),
    volume('claim', { name: 'v', persistentVolumeClaim: { claimName: 'x', readOnly: true } }),
    volume('ephemeral', {
      name: 'v',
      ephemeral: { volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } } }
    }),
    volume('others', { name: 'n', nfs: { server: 'h', path: '/x' } }, { name: 'i', csi: { driver: 'd.example' } }),
    volume('iscsi', { name: 'v', iscsi: { targetPortal: '1.2.3.4', iqn: 'iqn.2001-04.com.example:x', lun: 0 } })
  ),
  tried(
    'pod: volumes that are wrong',
    volume('no-name', { emptyDir: {} }),
    volume('bad-name', { name: 'A_b', emptyDir: {} }),
    volume('dotted', { name: 'a.b', emptyDir: {} }),
    volume('twice', { name: 'v', emptyDir: {} }, { name: 'v', emptyDir: {} }),
    volume('two', { name: 'v', emptyDir: {}, hostPath: { path: '/x' }, secret: { secretName: 's' } }),
    volume(
      'unnamed',
      { name: 'a', secret: {} },
      { name: 'b', configMap: {} },
      { name: 'c', hostPath: {} },
      { name: 'd', persistentVolumeClaim: {} }
    ),
    volume('mode', { name: 'v', secret: { secretName: 's', defaultMode: 1000 } }),
    volume('item-paths', {
      name: 'v',
      configMap: {
        name: 'm',
        items: [
          { key: 'k', path: '/abs' },
          { key: 'l', path: '../up' },
          { key: '', path: '' },
          { key: 'm', path: '..x' }
        ]
      }
    }),
    volume('steps', { name: 'v', hostPath: { path: '/a/../b' } }, { name: 'w', hostPath: { path: '/a', type: 'Dir' } }),
    volume('field', {
      name: 'v',
      downwardAPI: {
        items: [{ path: 'x', fieldRef: { fieldPath: 'status.podIP' } }, { path: 'y' }, { path: 'z', fieldRef: { fieldPath: 'spec.nope' } }]
      }
    }),
    volume('token', { name: 'v', projected: { sources: [{ serviceAccountToken: { path: '', expirationSeconds: 60 } }] } }),
    volume('same-paths', {
      name: 'v',
      projected: {
        sources: [
          { secret: { name: 's', items: [{ key: 'a', path: 'p' }] } },
          { configMap: { name: 'c', items: [{ key: 'a', path: 'p' }] } }
        ]
      }
    }),
    volume('two-sources', { name: 'v', projected: { sources: [{ secret: { name: 's' }, configMap: { name: 'c' } }] } }),
    volume('ephemeral', {
      name: 'v',
      ephemeral: { volumeClaimTemplate: { metadata: { name: 'x' }, spec: { accessModes: ['Sometimes'] } } }
    }),
    volume('nfs', { name: 'v', nfs: { server: '', path: 'rel' } }),
    volume('image', { name: 'v', image: { reference: 'a:b' } }),
    volume('csi', { name: 'v', csi: { driver: '' } })
  ),
  tried(
    'pod: mounts that are wrong',
    podOf('unknown', { volumeMounts: [{ name: 'v', mountPath: '/x' }] }),
    podOf(
      'twice',
      {
        volumeMounts: [
          { name: 'v', mountPath: '/x' },
          { name: 'v', mountPath: '/x' }
        ]
      },
      { volumes: [{ name: 'v' }] }
    ),
    podOf('no-path', { volumeMounts: [{ name: 'v' }] }, { volumes: [{ name: 'v' }] }),
    podOf('sub', { volumeMounts: [{ name: 'v', mountPath: '/x', subPath: '../y', subPathExpr: '/z' }] }, { volumes: [{ name: 'v' }] }),
    podOf('spread', { volumeMounts: [{ name: 'v', mountPath: '/x', mountPropagation: 'Bidirectional' }] }, { volumes: [{ name: 'v' }] }),
    podOf(
      'spread-odd',
      { volumeMounts: [{ name: 'v', mountPath: '/x', mountPropagation: 'Both', recursiveReadOnly: 'Enabled' }] },
      { volumes: [{ name: 'v' }] }
    ),
    podOf('device', { volumeDevices: [{ name: 'v', devicePath: '/dev/x' }] }, { volumes: [{ name: 'v' }] }),
    podOf(
      'device-twice',
      {
        volumeDevices: [
          { name: 'v', devicePath: '' },
          { name: 'v', devicePath: '/a/../b' }
        ]
      },
      { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }] }
    )
  ),
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
  ),
  tried(
    'pod: security',
    pod('fine', {
      securityContext: {
        runAsUser: 0,
        runAsGroup: 1,
        fsGroup: 2,
        supplementalGroups: [3],
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' }
      }
    }),
    pod('ids', { securityContext: { runAsUser: -1, fsGroup: 3_000_000_000, supplementalGroups: [-5] } }),
    pod('seccomp', {
      securityContext: { seccompProfile: { type: 'Mine' }, fsGroupChangePolicy: 'Never', supplementalGroupsPolicy: 'All' }
    }),
    pod('seccomp-file', {
      securityContext: { seccompProfile: { type: 'Localhost' } },
      containers: [container({ securityContext: { seccompProfile: { type: 'Unconfined', localhostProfile: 'x' } } })]
    }),
    pod('apparmor', { securityContext: { appArmorProfile: { type: 'Localhost' } } }),
    pod('sysctls', {
      securityContext: {
        sysctls: [
          { name: '', value: 'a' },
          { name: 'A b', value: 'a' },
          { name: 'net.x', value: '1' },
          { name: 'net.x', value: '1' }
        ]
      }
    }),
    podOf('escalation', { securityContext: { privileged: true, allowPrivilegeEscalation: false } }),
    podOf('admin', { securityContext: { allowPrivilegeEscalation: false, capabilities: { add: ['CAP_SYS_ADMIN'] } } }),
    podOf('proc', { securityContext: { procMount: 'Unmasked', runAsUser: -1 } }),
    pod('share', { shareProcessNamespace: true, hostPID: true }),
    pod('users', { hostUsers: false, hostNetwork: true, hostIPC: true })
  ),
  tried(
    'pod: placing that is wrong',
    pod('tolerations', {
      tolerations: [
        { operator: 'Equal' },
        { key: 'a', operator: 'Exists', value: 'x' },
        { key: 'a', operator: 'Is' },
        { key: 'a', effect: 'Never' },
        { key: 'a', tolerationSeconds: 3 },
        { key: 'A b' }
      ]
    }),
    pod('selector', { nodeSelector: { 'a b': 'x' } }),
    pod('node', { nodeName: 'A_b', schedulingGates: [{ name: 'x' }] }),
    pod('gates', { schedulingGates: [{ name: 'x' }, { name: 'x' }, { name: '' }] }),
    pod('node-affinity', {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              {
                matchExpressions: [
                  { key: 'a', operator: 'In' },
                  { key: 'a', operator: 'Exists', values: ['x'] },
                  { key: 'a', operator: 'Gt', values: ['1', '2'] },
                  { key: 'a', operator: 'Like' }
                ],
                matchFields: [{ key: 'metadata.uid', operator: 'In', values: ['x'] }]
              }
            ]
          }
        }
      }
    }),
    pod('no-terms', {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] },
          preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 0, preference: {} }]
        }
      }
    }),
    pod('pod-affinity', {
      affinity: {
        podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: '' }] },
        podAntiAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 101, podAffinityTerm: { topologyKey: 'a b', labelSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] } } }
          ]
        }
      }
    }),
    pod('spread', {
      topologySpreadConstraints: [
        { maxSkew: 0, topologyKey: '', whenUnsatisfiable: 'Ignore' },
        { maxSkew: 1, topologyKey: 'z', whenUnsatisfiable: 'DoNotSchedule' },
        { maxSkew: 1, topologyKey: 'z', whenUnsatisfiable: 'DoNotSchedule', minDomains: 0 },
        { maxSkew: 1, topologyKey: 'y', whenUnsatisfiable: 'ScheduleAnyway', minDomains: 2, nodeTaintsPolicy: 'No' }
      ]
    }),
    pod('spread-keys', {
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'z', whenUnsatisfiable: 'DoNotSchedule', matchLabelKeys: ['a'] }]
    })
  ),
  tried(
    'pod: placing',
    pod(
      'spread',
      {
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: 'z',
            whenUnsatisfiable: 'DoNotSchedule',
            labelSelector: { matchLabels: { a: 'b' } },
            matchLabelKeys: ['app']
          }
        ]
      },
      { labels: { app: 'x' } }
    ),
    pod('null-selector', { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'z', whenUnsatisfiable: 'ScheduleAnyway' }] }),
    pod(
      'affinity',
      {
        affinity: {
          podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              { topologyKey: 'kubernetes.io/hostname', labelSelector: {}, mismatchLabelKeys: ['app'] }
            ]
          }
        }
      },
      { labels: { app: 'x' } }
    ),
    pod('gated', { schedulingGates: [{ name: 'example.com/wait' }] }),
    pod('tolerates', {
      tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 }]
    }),
    pod('tolerates-all', { tolerations: [{ operator: 'Exists' }] })
  ),
  tried(
    'pod: other members that are wrong',
    pod('policies', { restartPolicy: 'Maybe', dnsPolicy: 'Mine', preemptionPolicy: 'Always' }),
    pod('dns', { dnsPolicy: 'None' }),
    pod('dns-empty', { dnsPolicy: 'None', dnsConfig: { searches: ['a'] } }),
    pod('dns-config', {
      dnsConfig: { nameservers: ['1.2.3.4', 'x', '::1', '1.1.1.1'], searches: ['A b', '.', 'a_b.c'], options: [{ value: 'x' }] }
    }),
    pod('names', { hostname: 'A', subdomain: 'a.b', serviceAccountName: 'default', priorityClassName: '', runtimeClassName: 'A' }),
    pod('aliases', { hostAliases: [{ ip: 'x', hostnames: ['A b'] }] }),
    pod('deadline', { activeDeadlineSeconds: 0 }),
    pod('gates', { readinessGates: [{ conditionType: 'a b' }] }),
    pod('os', { os: { name: 'plan9' } }),
    pod('account', { serviceAccountName: 'nobody' }),
    pod('debug', { ephemeralContainers: [{ name: 'd', image: 'x' }] }),
    pod('claims', { resourceClaims: [{ name: 'a' }, { name: 'a', resourceClaimName: 'x' }] }),
    pod('cost', {}, { annotations: { 'controller.kubernetes.io/pod-deletion-cost': 'dear' } }),
    pod('A_b', {}),
    object('v1 Pod', 'typed', { spec: { containers: 'c' } })
  ),
  tried(
    'pod: warnings',
    podOf('env', {
      env: [
        { name: 'A', value: '1' },
        { name: 'A', value: '2' },
        { name: 'B', value: '1' },
        { name: 'B', value: '$(B)2' }
      ]
    }),
    podOf('ports', {
      ports: [
        { containerPort: 80 },
        { containerPort: 80 },
        { containerPort: 81, hostPort: 81 },
        { containerPort: 81 },
        { containerPort: 82, hostIP: '1.2.3.4' }
      ]
    }),
    pod('port-names', {
      containers: [
        container({ ports: [{ containerPort: 80, name: 'web' }] }),
        container({ name: 'd', ports: [{ containerPort: 81, name: 'web' }] })
      ]
    }),
    pod('labels', { nodeSelector: { 'beta.kubernetes.io/os': 'linux' } }),
    pod('secrets', { imagePullSecrets: [{ name: 'a' }, { name: 'a' }, {}] }),
    pod('aliases', { hostAliases: [{ ip: '1.2.3.4' }, { ip: '1.2.3.4' }, { ip: '01.2.3.4' }] }),
    pod('grace', { terminationGracePeriodSeconds: -1 }),
    pod('has.dots', {}),
    pod(
      'old',
      { volumes: [{ name: 'v', gitRepo: { repository: 'x' } }] },
      { annotations: { 'scheduler.alpha.kubernetes.io/critical-pod': '' } }
    ),
    pod('seccomp', {}, { annotations: { 'seccomp.security.alpha.kubernetes.io/pod': 'runtime/default' } }),
    volume('overlap', {
      name: 'v',
      configMap: {
        name: 'm',
        items: [
          { key: 'a', path: 'p' },
          { key: 'b', path: 'p/q' }
        ]
      }
    })
  ),
  changed(
    'pod: what may change',
    podOf('p', {}, { activeDeadlineSeconds: 100 }),
    { metadata: { labels: { a: 'b' } } },
    { spec: { activeDeadlineSeconds: 50 } },
    { spec: { activeDeadlineSeconds: 200 } },
    { spec: { activeDeadlineSeconds: null } },
    { spec: { tolerations: null } },
    { spec: { containers: [] } },
    { spec: { containers: [container(), container({ name: 'd' })] } },
    { spec: { schedulingGates: [{ name: 'a' }] } },
    { metadata: { annotations: { 'kubernetes.io/config.mirror': 'x' } } }
  )
]
