import { describe, expect, it } from '@jest/globals'
import { events } from '@knative-ts/api/kubernetes'
import { deployment, fakeCluster, keptLog, virtualClock } from '@knative-ts/testing'
import { createEventRecorder } from './event-recorder.ts'

function make() {
  const cluster = fakeCluster()
  const log = keptLog()
  const clock = virtualClock()
  const recorder = createEventRecorder({ client: cluster.client, component: 'tester', host: 'node', log, clock })
  return { cluster, log, clock, recorder }
}

describe('an event recorder', () => {
  it('writes what happened, and counts repetitions', async () => {
    const { cluster, recorder, clock } = make()
    recorder.record(deployment(), 'Normal', 'Done', 'all done')
    await recorder.flush()
    await clock.advance(1_000)
    recorder.record(deployment(), 'Normal', 'Done', 'all done')
    recorder.record(deployment(), 'Warning', 'Broken', 'oh', 'spec.x')
    await recorder.flush()
    const written = cluster.all(events)
    expect(written).toHaveLength(2)
    expect(written.find((event) => event.reason === 'Done')).toMatchObject({
      involvedObject: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'hello', uid: 'uid-deployment-hello' },
      type: 'Normal',
      message: 'all done',
      count: 2,
      firstTimestamp: '2030-01-01T00:00:00Z',
      lastTimestamp: '2030-01-01T00:00:01Z',
      source: { component: 'tester', host: 'node' },
      reportingComponent: 'tester'
    })
    expect(written.find((event) => event.reason === 'Broken')?.involvedObject.fieldPath).toBe('spec.x')
  })

  it('lets no object flood the cluster', async () => {
    const { cluster, recorder, clock } = make()
    for (let index = 0; index < 40; index++) recorder.record(deployment(), 'Normal', 'Loop', String(index))
    recorder.record(deployment({ metadata: { name: 'other' } }), 'Normal', 'Loop', 'mine')
    await recorder.flush()
    expect(cluster.all(events)).toHaveLength(26)
    await clock.advance(300_000)
    recorder.record(deployment(), 'Normal', 'Loop', 'later')
    await recorder.flush()
    expect(cluster.all(events)).toHaveLength(27)
  })

  it('logs what it cannot write, and goes on', async () => {
    const { cluster, recorder, log } = make()
    cluster.fail({ verb: 'create', resource: events, error: 'Forbidden' })
    recorder.record(deployment(), 'Normal', 'A', 'a')
    recorder.record(deployment(), 'Normal', 'B', 'b')
    await recorder.flush()
    expect(cluster.all(events).map((event) => event.reason)).toEqual(['B'])
    expect(log.lines.map((line) => line.message)).toEqual(['cannot write an event'])
  })
})
