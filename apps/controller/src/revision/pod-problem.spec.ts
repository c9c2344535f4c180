import { describe, expect, it } from '@jest/globals'
import type { ContainerStatus, PodStatus } from '@knative-ts/api/kubernetes'
import { pod } from '@knative-ts/testing'
import { podProblem } from './pod-problem.ts'

const container = (over: Partial<ContainerStatus> = {}): ContainerStatus => ({
  name: 'user-container',
  image: 'i',
  imageID: '',
  ready: false,
  restartCount: 0,
  state: {},
  lastState: {},
  ...over
})
const ended = (exitCode: number, message = '', reason = 'Error') => ({ terminated: { exitCode, message, reason } })
const waiting = (reason: string, message = '') => ({ waiting: { reason, message } })
const named = { 'serving.knative.dev/revision': 'hello-00001' }
const seen = (status: PodStatus, overdue = false, always = false, spec: object = {}) => {
  const whole = pod({
    metadata: { labels: named },
    spec: { containers: [{ name: 'user-container', image: 'i', ...spec }] } as never,
    status: status as never
  })
  const problem = podProblem(whole, { overdue, alwaysSchedulable: always })
  return problem === undefined ? undefined : `${problem.failed ? '' : 'for now '}${problem.type} ${problem.reason}: ${problem.message}`
}
const of = (over: Partial<ContainerStatus>): PodStatus => ({
  containerStatuses: [container({ name: 'queue-proxy', ...over }), container(over)]
})

const logs =
  'see all that it wrote with "kubectl logs --previous -n default -l serving.knative.dev/revision=hello-00001 -c user-container".'

describe('what is wrong with a pod', () => {
  it.each<[string, PodStatus, boolean, string | undefined]>([
    ['nothing while it starts', of({ state: waiting('ContainerCreating') }), false, undefined],
    [
      'a container that ended once may do better',
      of({ restartCount: 1, lastState: ended(5, 'boom') }),
      false,
      `for now ContainerHealthy ExitCode5: Container failed with: boom. It ended with exit code 5: ${logs}`
    ],
    [
      'once counts when the deadline is over',
      of({ restartCount: 1, lastState: ended(5, 'boom') }),
      true,
      `ContainerHealthy ExitCode5: Container failed with: boom. It ended with exit code 5: ${logs}`
    ],
    [
      'twice counts at once',
      of({ restartCount: 2, lastState: ended(5, 'boom') }),
      false,
      `ContainerHealthy ExitCode5: Container failed with: boom. It ended with exit code 5: ${logs}`
    ],
    [
      'so does the second end before its restart',
      of({ restartCount: 1, state: ended(5, 'again') }),
      false,
      `ContainerHealthy ExitCode5: Container failed with: again. It ended with exit code 5: ${logs}`
    ],
    [
      'and one that is held back',
      of({ restartCount: 1, state: waiting('CrashLoopBackOff'), lastState: ended(1, 'x') }),
      false,
      `ContainerHealthy ExitCode1: Container failed with: x. It ended with exit code 1: ${logs}`
    ],
    [
      'an end in order without a word',
      of({ restartCount: 3, lastState: ended(0) }),
      false,
      'ContainerHealthy ExitCode0: container exited with no error. It ended by itself with exit code 0: a container of a Service must go on running, and listen on port 8080 (variable PORT).'
    ],
    [
      'killed for memory, without a word',
      of({ restartCount: 2, lastState: ended(137, '', 'OOMKilled') }),
      false,
      'ContainerHealthy ExitCode137: Container failed with: OOMKilled. It was killed since it used more memory than there is (OOMKilled): raise resources.limits.memory, or let it use less.'
    ],
    [
      'an image that is being tried for',
      of({ state: waiting('ErrImagePull', 'no such image') }),
      false,
      'for now ResourcesAvailable ErrImagePull: no such image'
    ],
    [
      'an image that is not there',
      of({ state: waiting('ImagePullBackOff', 'no such image') }),
      false,
      'ResourcesAvailable ImagePullBackOff: no such image'
    ],
    [
      'an image at the deadline',
      of({ state: waiting('ErrImagePull', 'no such image') }),
      true,
      'ResourcesAvailable ErrImagePull: no such image'
    ],
    [
      'a missing ConfigMap',
      of({ state: waiting('CreateContainerConfigError', 'configmap "c" not found') }),
      false,
      'ResourcesAvailable CreateContainerConfigError: configmap "c" not found. Create the ConfigMap in the namespace of the Service, or mark the reference optional.'
    ],
    [
      'an init container that fails again and again',
      {
        ...of({ state: waiting('PodInitializing') }),
        initContainerStatuses: [container({ name: 'migrate', restartCount: 2, lastState: ended(3, 'no database') })]
      },
      false,
      `ContainerHealthy ExitCode3: Init container "migrate" failed with: no database. It ended with exit code 3: ${logs.replace('user-container', 'migrate')}`
    ],
    [
      'an init container that has done its work',
      {
        ...of({ state: waiting('ContainerCreating') }),
        initContainerStatuses: [container({ name: 'migrate', restartCount: 2, state: ended(0), lastState: ended(1) })]
      },
      false,
      undefined
    ],
    [
      'no node for it',
      { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available' }] },
      false,
      'ResourcesAvailable Unschedulable: 0/3 nodes are available'
    ]
  ])('%s', (_, status, overdue, problem) => expect(seen(status, overdue)).toBe(problem))

  it('is no failure where nodes will come', () =>
    expect(seen({ conditions: [{ type: 'PodScheduled', status: 'False', message: 'no nodes' }] }, false, true)).toBe(
      'for now ResourcesAvailable Unschedulable: no nodes'
    ))
  it('is never the queue-proxy’s', () =>
    expect(
      seen({ containerStatuses: [container({ name: 'queue-proxy', restartCount: 4, lastState: ended(1, 'x') })] }, true)
    ).toBeUndefined())
})
