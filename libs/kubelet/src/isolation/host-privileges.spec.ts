import { describe, expect, it } from '@jest/globals'
import type * as k8s from '@knative-ts/api/kubernetes'
import { hostPrivileges } from './host-privileges.ts'

const root = { uid: 0, hasSetpriv: true }
const somebody = { uid: 1000, hasSetpriv: true }

const privileges = (context: k8s.SecurityContext, shared: k8s.PodSecurityContext = {}, agent = root): string[] =>
  hostPrivileges(
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'n', uid: 'u' }, spec: { containers: [], securityContext: shared } },
    { name: 'c', securityContext: context },
    agent
  )

describe('privileges of programs of this machine', () => {
  it.each([
    ['nothing', {}, {}, root, []],
    ['what it cannot mean', { runAsNonRoot: true, readOnlyRootFilesystem: true }, { seccompProfile: { type: 'RuntimeDefault' } }, root, []],
    ['a user', { runAsUser: 5 }, { runAsUser: 6 }, root, ['setpriv', '--reuid=5', '--regid=5', '--clear-groups', '--']],
    ['a group', {}, { runAsGroup: 7 }, root, ['setpriv', '--reuid=0', '--regid=7', '--clear-groups', '--']],
    ['groups', {}, { supplementalGroups: [8, 9], fsGroup: 9 }, root, ['setpriv', '--reuid=0', '--regid=0', '--groups=8,9', '--']],
    ['the user that the agent is', { runAsUser: 1000 }, {}, somebody, []],
    ['no more privileges', { allowPrivilegeEscalation: false }, {}, somebody, ['setpriv', '--no-new-privs', '--']],
    ['fewer capabilities, which somebody else has not', { capabilities: { drop: ['ALL'] } }, {}, somebody, []],
    [
      'fewer capabilities',
      { capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] }, allowPrivilegeEscalation: false },
      {},
      root,
      ['setpriv', '--no-new-privs', '--bounding-set=-all,+dac_override,+dac_read_search,+net_bind_service', '--']
    ],
    ['all privileges', { privileged: true, capabilities: { drop: ['ALL'] } }, {}, root, []],
    ['limits where there is no setpriv', { allowPrivilegeEscalation: false }, {}, { uid: 0, hasSetpriv: false }, []]
  ] as [string, k8s.SecurityContext, k8s.PodSecurityContext, typeof root, string[]][])('for %s', (_, context, shared, agent, words) => {
    expect(privileges(context, shared, agent)).toEqual(words)
  })

  it.each([
    [
      { runAsUser: 5 },
      somebody,
      'CreateContainerError',
      /asks for runAsUser 5, and this node agent runs as user 1000, .*: run standalone as root, or leave it out$/
    ],
    [{ runAsUser: 5 }, { uid: 0, hasSetpriv: false }, 'CreateContainerError', /needs setpriv: install util-linux/],
    [
      { runAsNonRoot: true, runAsUser: 0 },
      root,
      'CreateContainerConfigError',
      /^container's runAsUser breaks non-root policy \(pod: "p_n\(u\)"/
    ],
    [{ capabilities: { add: ['FLY'] } }, root, 'CreateContainerError', /unknown capability "CAP_FLY"/]
  ] as [k8s.SecurityContext, typeof root, string, RegExp][])('%j is refused to %j', (context, agent, reason, message) => {
    expect(() => privileges(context, {}, agent)).toThrow(expect.objectContaining({ reason, message: expect.stringMatching(message) }))
  })
})
