import { describe, expect, it } from '@jest/globals'
import type * as k8s from '@knative-ts/api/kubernetes'
import { detailText, standardText, violationsOf, type Standard } from './standards.ts'

const hardened: k8s.SecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' }
}
const pod = (spec: object, container: object = {}) => ({
  metadata: {},
  spec: { containers: [{ name: 'c', securityContext: hardened, ...container }], ...spec } as k8s.PodSpec
})
const told = (standard: Standard, one: ReturnType<typeof pod>) => detailText(violationsOf(standard, one))
const baseline = { level: 'baseline', version: 'latest' } as const
const restricted = { level: 'restricted', version: 'latest' } as const

describe('level restricted', () => {
  it('lets a hardened pod pass', () => expect(told(restricted, pod({}))).toBe(''))
  it('wants four things of a pod that says nothing', () => {
    expect(told(restricted, pod({}, { securityContext: undefined }))).toBe(
      'allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), ' +
        'unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), ' +
        'runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), ' +
        'seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")'
    )
  })
  it.each([
    ['root by number', { securityContext: { runAsUser: 0 } }, {}, 'runAsUser=0 (pod must not set runAsUser=0)'],
    [
      'root by word',
      { securityContext: { runAsNonRoot: false } },
      { securityContext: { ...hardened, runAsNonRoot: false } },
      'runAsNonRoot != true (pod and container "c" must not set securityContext.runAsNonRoot=false)'
    ],
    [
      'volumes of the host, by its own rule',
      {
        volumes: [
          { name: 'a', hostPath: { path: '/' } },
          { name: 'b', nfs: {} },
          { name: 'c', emptyDir: {} }
        ]
      },
      {},
      'restricted volume types (volumes "a", "b" use restricted volume types "hostPath", "nfs")'
    ],
    [
      'an unconfined container',
      {},
      { securityContext: { ...hardened, seccompProfile: { type: 'Unconfined' } } },
      'seccompProfile (container "c" must not set securityContext.seccompProfile.type to "Unconfined")'
    ]
  ])('refuses %s', (_, spec, container, text) => expect(told(restricted, pod(spec, container))).toBe(text))
  it('spares Windows what it does not have', () => {
    const windows = { os: { name: 'windows' }, securityContext: { runAsNonRoot: true } }
    expect(told(restricted, pod(windows, { securityContext: undefined }))).toBe('')
  })
})

describe('level baseline', () => {
  it.each([
    ['nothing that a plain pod has', {}, { securityContext: undefined }, ''],
    ['host namespaces', { hostNetwork: true, hostPID: true }, {}, 'host namespaces (hostNetwork=true, hostPID=true)'],
    [
      'privileged containers, initial ones too',
      { initContainers: [{ name: 'i', securityContext: { privileged: true } }] },
      { securityContext: { privileged: true } },
      'privileged (containers "i", "c" must not set securityContext.privileged=true)'
    ],
    [
      'capabilities',
      {},
      { securityContext: { capabilities: { add: ['SYS_ADMIN', 'CHOWN', 'NET_RAW'] } } },
      'non-default capabilities (container "c" must not include "NET_RAW", "SYS_ADMIN" in securityContext.capabilities.add)'
    ],
    ['host ports', {}, { ports: [{ containerPort: 1, hostPort: 81 }] }, 'hostPort (container "c" uses hostPort 81)'],
    [
      'probes of other hosts',
      {},
      { livenessProbe: { httpGet: { host: '10.0.0.1' } } },
      'probe or lifecycle host (container "c" uses probe or lifecycle host "10.0.0.1")'
    ],
    ['sysctls', { securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] } }, {}, 'forbidden sysctls (kernel.msgmax)'],
    [
      'SELinux users',
      { securityContext: { seLinuxOptions: { type: 'x', user: 'u' } } },
      {},
      'seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type "x"; user may not be set)'
    ],
    [
      'AppArmor off',
      {},
      { securityContext: { appArmorProfile: { type: 'Unconfined' } } },
      'forbidden AppArmor profile (container "c" must not set AppArmor profile type to "Unconfined")'
    ],
    [
      'raw proc',
      {},
      { securityContext: { procMount: 'Unmasked' } },
      'procMount (container "c" must not set securityContext.procMount to "Unmasked")'
    ]
  ])('refuses %s', (_, spec, container, text) => expect(told(baseline, pod(spec, container))).toBe(text))
  it('is as of the version that is asked for', () => {
    const one = pod({ securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem', value: '1' }] } })
    expect(told({ level: 'baseline', version: 31 }, one)).toBe('forbidden sysctls (net.ipv4.tcp_rmem)')
    expect(told({ level: 'baseline', version: 32 }, one)).toBe('')
    expect(standardText({ level: 'baseline', version: 31 })).toBe('baseline:v1.31')
  })
})
