import { describe, expect, it } from '@jest/globals'
import type * as k8s from '@knative-ts/api/kubernetes'
import { resolveUser } from './user.ts'

const databases = {
  passwd: 'root:x:0:0:root:/root:/bin/sh\napp:x:1001:1002::/home/app:/bin/sh\n12:x:77:78::/odd:/bin/sh\nbroken line\n',
  group: 'root:x:0:\napps:x:1002:\nextra:x:1003:app,other\n'
}
const resolve = (declared: string, context: k8s.SecurityContext = {}, pod: k8s.PodSecurityContext = {}, of = databases) =>
  resolveUser(
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'n', uid: 'u' }, spec: { containers: [], securityContext: pod } },
    { name: 'c', securityContext: context },
    declared,
    of
  )

describe('the user of a container', () => {
  it.each([
    ['nobody in particular', '', {}, {}, { uid: 0, gid: 0, groups: [0], home: '/root' }],
    ['a name', 'app', {}, {}, { uid: 1001, gid: 1002, groups: [1002, 1003], home: '/home/app' }],
    ['a number that has a name', '1001', {}, {}, { uid: 1001, gid: 1002, groups: [1002, 1003], home: '/home/app' }],
    ['a name made of digits, which goes first', '12', {}, {}, { uid: 77, gid: 78, groups: [78], home: '/odd' }],
    ['a number without a name', '4711', {}, {}, { uid: 4711, gid: 0, groups: [0], home: '' }],
    ['a name and a group', 'app:extra', {}, {}, { uid: 1001, gid: 1003, groups: [1003], home: '/home/app' }],
    ['a number and a number', '5:6', {}, {}, { uid: 5, gid: 6, groups: [6], home: '' }],
    [
      'runAsUser over the image, whose group then means nothing',
      'root:extra',
      { runAsUser: 4711 },
      {},
      { uid: 4711, gid: 0, groups: [0], home: '' }
    ],
    ['the container’s over the pod’s', '', { runAsUser: 5 }, { runAsUser: 6, runAsGroup: 7 }, { uid: 5, gid: 7, groups: [7], home: '' }],
    [
      'groups of the pod',
      'app',
      {},
      { supplementalGroups: [9], fsGroup: 10 },
      { uid: 1001, gid: 1002, groups: [1002, 1003, 9, 10], home: '/home/app' }
    ],
    [
      'none of the image’s groups when it is strict',
      'app',
      {},
      { supplementalGroupsPolicy: 'Strict', supplementalGroups: [9] },
      { uid: 1001, gid: 1002, groups: [1002, 9], home: '/home/app' }
    ]
  ] as [string, string, k8s.SecurityContext, k8s.PodSecurityContext, object][])('is %s', (_, declared, context, pod, expected) => {
    expect(resolve(declared, context, pod)).toEqual(expected)
  })

  it('is root by number where the image has no users', () => {
    expect(resolve('', {}, {}, { passwd: '', group: '' })).toEqual({ uid: 0, gid: 0, groups: [0], home: '' })
  })

  it.each([
    ['ghost', {}, 'CreateContainerError', 'unable to find user ghost: no matching entries in passwd file'],
    ['app:ghosts', {}, 'CreateContainerError', 'unable to find group ghosts: no matching entries in group file'],
    [
      '',
      { runAsNonRoot: true },
      'CreateContainerConfigError',
      'container has runAsNonRoot and image will run as root (pod: "p_n(u)", container: c)'
    ],
    [
      '0',
      { runAsNonRoot: true },
      'CreateContainerConfigError',
      'container has runAsNonRoot and image will run as root (pod: "p_n(u)", container: c)'
    ],
    [
      'app',
      { runAsNonRoot: true, runAsUser: 0 },
      'CreateContainerConfigError',
      'container\'s runAsUser breaks non-root policy (pod: "p_n(u)", container: c)'
    ],
    [
      'app',
      { runAsNonRoot: true },
      'CreateContainerConfigError',
      'container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root (pod: "p_n(u)", container: c)'
    ]
  ])('%j with %j is refused', (declared, context, reason, message) => {
    expect(() => resolve(declared, context)).toThrow(expect.objectContaining({ reason, message }))
  })

  it.each([['1001'], ['5:6']])('%s satisfies runAsNonRoot', (declared) => {
    expect(resolve(declared, { runAsNonRoot: true }).uid).toBeGreaterThan(0)
  })
})
