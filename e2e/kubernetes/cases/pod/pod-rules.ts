/** Security, placing, and what else of a pod is refused, told or may change. */
import type { Case } from '../../recorded-case.ts'
import { container, object, pod } from '../builders.ts'
import { changed, podOf, tried } from '../kind-builders.ts'
import { volume } from './builders.ts'

export const podRules: readonly Case[] = [
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
