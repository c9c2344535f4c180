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
const seen = (status: PodStatus, overdue = false, always = false) => {
  const problem = podProblem(pod({ status: status as never }), overdue, always)
  return problem === undefined ? undefined : `${problem.type} ${problem.reason}: ${problem.message}`
}
const of = (over: Partial<ContainerStatus>): PodStatus => ({
  containerStatuses: [container({ name: 'queue-proxy', ...over }), container(over)]
})

describe('what is wrong with a pod', () => {
  it.each<[string, PodStatus, boolean, string | undefined]>([
    ['nothing while it starts', of({ state: waiting('ContainerCreating') }), false, undefined],
    ['a container that ended once may do better', of({ restartCount: 1, lastState: ended(5, 'boom') }), false, undefined],
    [
      'once counts when the deadline is over',
      of({ restartCount: 1, lastState: ended(5, 'boom') }),
      true,
      'ContainerHealthy ExitCode5: Container failed with: boom'
    ],
    [
      'twice counts at once',
      of({ restartCount: 2, lastState: ended(5, 'boom') }),
      false,
      'ContainerHealthy ExitCode5: Container failed with: boom'
    ],
    [
      'so does the second end before its restart',
      of({ restartCount: 1, state: ended(5, 'again') }),
      false,
      'ContainerHealthy ExitCode5: Container failed with: again'
    ],
    [
      'and one that is held back',
      of({ restartCount: 1, state: waiting('CrashLoopBackOff'), lastState: ended(1, 'x') }),
      false,
      'ContainerHealthy ExitCode1: Container failed with: x'
    ],
    [
      'an end in order without a word',
      of({ restartCount: 3, lastState: ended(0) }),
      false,
      'ContainerHealthy ExitCode0: container exited with no error'
    ],
    [
      'killed for memory, without a word',
      of({ restartCount: 2, lastState: ended(137, '', 'OOMKilled') }),
      false,
      'ContainerHealthy ExitCode137: Container failed with: OOMKilled'
    ],
    ['an image that is being tried for', of({ state: waiting('ErrImagePull', 'no such image') }), false, undefined],
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
      'ResourcesAvailable CreateContainerConfigError: configmap "c" not found'
    ],
    [
      'an init container that fails again and again',
      {
        ...of({ state: waiting('PodInitializing') }),
        initContainerStatuses: [container({ name: 'migrate', restartCount: 2, lastState: ended(3, 'no database') })]
      },
      false,
      'ContainerHealthy ExitCode3: Init container "migrate" failed with: no database'
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

  it('is not a missing node where nodes will come', () =>
    expect(seen({ conditions: [{ type: 'PodScheduled', status: 'False' }] }, false, true)).toBeUndefined())
  it('is never the queue-proxy’s', () =>
    expect(
      seen({ containerStatuses: [container({ name: 'queue-proxy', restartCount: 4, lastState: ended(1, 'x') })] }, true)
    ).toBeUndefined())
})
