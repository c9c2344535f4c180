import { describe, expect, it } from '@jest/globals'
import type { Container } from '@knative-ts/api/kubernetes'
import { pod } from '@knative-ts/testing'
import { questionTo } from './pod-question.ts'

const asked = (queueProxyIsReady: boolean, container: Partial<Container> = {}) => {
  const status = (name: string, ready: boolean) => ({ name, ready, image: 'i', imageID: '', restartCount: 0, state: { running: {} } })
  const containers = [
    { name: 'user-container', image: 'i', ...container },
    { name: 'queue-proxy', image: 'q', readinessProbe: {} }
  ]
  const containerStatuses = [status('user-container', false), status('queue-proxy', queueProxyIsReady)]
  return questionTo(pod({ spec: { containers }, status: { containerStatuses } }), undefined, 'user-container')
}

describe('a pod that runs and is not ready is asked', () => {
  it('for what the queue-proxy found', () => expect(asked(false)).toEqual({ warnings: false, probe: true, outputOf: 'user-container' }))

  it('for what the kubelet found too, where it probes containers of the user', () =>
    expect(asked(false, { readinessProbe: { exec: { command: ['x'] } } })).toMatchObject({ warnings: true, probe: true }))

  // Its last words are of a time at which the container did not listen yet.
  it('for what the kubelet found alone, when the queue-proxy is content', () =>
    expect(asked(true, { readinessProbe: { exec: { command: ['x'] } } })).toMatchObject({ warnings: true, probe: false }))
})
