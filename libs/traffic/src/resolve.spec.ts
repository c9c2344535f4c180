import { describe, expect, it } from '@jest/globals'
import { groupByHost } from './group.ts'
import { resolve, type TrafficWorld } from './resolve.ts'
import { formatRollout, settledRollout } from './rollout.ts'
import { trafficStatus } from './status.ts'
import type { RevisionSeen, TrafficTarget } from './target.ts'

const revision = (over: Partial<RevisionSeen> = {}): RevisionSeen => ({
  configuration: 'hello',
  service: 'hello',
  ready: true,
  failed: false,
  protocol: 'http1',
  ...over
})
const world: TrafficWorld = {
  configuration: (name) =>
    new Map([
      ['hello', { latestReadyRevisionName: 'two', failed: false }],
      ['waiting', { failed: false }],
      ['broken', { failed: true, why: 'Revision "b" failed with message: boom.' }],
      ['lost', { latestReadyRevisionName: 'gone', failed: false }]
    ]).get(name),
  revision: (name) =>
    new Map([
      ['one', revision()],
      ['two', revision()],
      ['starting', revision({ ready: false, why: 'Readiness probe failed.' })],
      ['dead', revision({ ready: false, failed: true })],
      ['theirs', revision({ service: 'other' })]
    ]).get(name)
}
const to = (revisionName: string, percent: number, tag?: string): TrafficTarget => ({
  revisionName,
  percent,
  latestRevision: false,
  ...(tag === undefined ? {} : { tag })
})
const latest = (configurationName: string, percent: number, tag?: string): TrafficTarget => ({
  configurationName,
  percent,
  latestRevision: true,
  ...(tag === undefined ? {} : { tag })
})
const refusal = (...traffic: TrafficTarget[]) => {
  const seen = resolve(traffic, world, 'hello')
  return seen.kind === 'refused' ? seen.problem : seen.kind
}
const targets = (...traffic: TrafficTarget[]) => {
  const seen = resolve(traffic, world, 'hello')
  if (seen.kind === 'refused') throw new Error(seen.problem.message)
  return seen.targets
}

describe('a target that cannot be used', () => {
  it.each([
    [
      latest('nope', 100),
      'False',
      'ConfigurationMissing',
      'Configuration "nope" referenced in traffic not found. Create it, or name one that exists in spec.traffic.'
    ],
    [latest('waiting', 100), 'Unknown', 'RevisionMissing', 'Configuration "waiting" is waiting for a Revision to become ready.'],
    [
      latest('broken', 100),
      'False',
      'RevisionMissing',
      'Configuration "broken" does not have any ready Revision. Revision "b" failed with message: boom.'
    ],
    [
      latest('lost', 100),
      'False',
      'RevisionMissing',
      'Revision "gone" referenced in traffic not found. Create it, or name one that exists in spec.traffic.'
    ],
    [
      to('nope', 100),
      'False',
      'RevisionMissing',
      'Revision "nope" referenced in traffic not found. Create it, or name one that exists in spec.traffic.'
    ],
    [to('starting', 100), 'Unknown', 'RevisionMissing', 'Revision "starting" is not yet ready. Readiness probe failed.'],
    [to('dead', 100), 'False', 'RevisionMissing', 'Revision "dead" failed to become ready.'],
    [
      to('theirs', 100),
      'False',
      'RevisionNotOwned',
      'Revision "theirs" is not owned by Service "hello". Name a revision of this Service in spec.traffic.'
    ]
  ])('%j: %s %s', (target, status, reason, message) => expect(refusal(target)).toEqual({ status, reason, message }))

  it('reports a failure before something that may heal', () =>
    expect(refusal(to('dead', 50), to('starting', 50))).toMatchObject({ status: 'False' }))
  it('still names everything else', () => {
    const { referenced } = resolve([to('nope', 50), latest('hello', 50)], world, 'hello')
    expect([...referenced.revisions, ...referenced.configurations]).toEqual(['nope', 'two', 'hello'])
  })
})

describe('resolved traffic', () => {
  const split = targets(to('one', 50, 'old'), to('two', 50, 'new'), latest('hello', 0, 'latest'))

  it('is grouped by host, one entry a revision, a single one with all of it', () => {
    const shape = [...groupByHost(split)].map(([tag, group]) => [tag, group.map((t) => `${t.revision} ${t.percent}`)])
    expect(shape).toEqual([
      ['', ['one 50', 'two 50']],
      ['latest', ['two 100']],
      ['new', ['two 100']],
      ['old', ['one 100']]
    ])
  })
  it('settles as the recorded rollout', () =>
    expect(formatRollout(settledRollout(groupByHost(split)))).toBe(
      '{"configurations":[{"configurationName":"hello","tag":"latest","percent":100,"revisions":[{"revisionName":"two","percent":100}],"stepParams":{}}]}'
    ))
  it('shows in the status as recorded', () =>
    expect(trafficStatus(split, (tag) => `http://${tag}-hello.x`)).toEqual([
      { tag: 'old', revisionName: 'one', latestRevision: false, percent: 50, url: 'http://old-hello.x' },
      { tag: 'new', revisionName: 'two', latestRevision: false, percent: 50, url: 'http://new-hello.x' },
      { tag: 'latest', revisionName: 'two', latestRevision: true, percent: 0, url: 'http://latest-hello.x' }
    ]))
  it('sums what is given twice', () =>
    expect(trafficStatus(targets(to('one', 30), to('one', 70)), String)).toEqual([
      { revisionName: 'one', latestRevision: false, percent: 100 }
    ]))
  it('shows the shares of a rollout', () => {
    const rollout = {
      configurations: [
        {
          configurationName: 'hello',
          percent: 100,
          revisions: [
            { revisionName: 'one', percent: 99 },
            { revisionName: 'two', percent: 1 }
          ],
          stepParams: {}
        }
      ]
    }
    expect(trafficStatus(targets(latest('hello', 100)), String, rollout).map((t) => [t.revisionName, t.percent])).toEqual([
      ['one', 99],
      ['two', 1]
    ])
  })
})
