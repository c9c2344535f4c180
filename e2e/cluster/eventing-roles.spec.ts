/**
 * Eventing's roles, one of each: each is deleted, and killed, while events come. What was answered 202 arrives, is dead-lettered, or is a Job;
 * what does not take events costs no publisher anything; and the role does what it is there for within 20 s.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { apiServerSources, brokers, childName, jobSinks, md5Hex, pingSources, triggers } from '@knative-ts/api'
import { configMaps, jobs, pods } from '@knative-ts/api/kubernetes'
import { errorText } from '@knative-ts/kube'
import { startPublisher, type Published, type Publisher } from '../chaos/publisher.ts'
import { eventingUser, serviceAddresses, type EventingUser } from '../rig/eventing-user.ts'
import { imageOf } from '../rig/installation.ts'
import { usePlatform } from '../rig/platform.ts'
import { until } from '../rig/until.ts'
import { killProcess, processOf } from './roles/container-process.ts'
import { replacedPod, settledPod, workloadNames, workloadOf, type WorkloadName } from './roles/eventing-workloads.ts'

const perSecond = 100
const jobsPerSecond = 2
const wholeWithinMs = 20_000
const patienceMs = 120_000

const platform = usePlatform('eventing-roles', { eventing: true })
const taken: Published[] = []
const asked: Published[] = []
/** What is made more than once has a number of it in its name. */
let round = 0
let user: EventingUser
let toBroker: () => Promise<Publisher>
let toJobSink: () => Promise<Publisher>

const eventing = 'eventing.knative.dev/v1'
const sources = 'sources.knative.dev/v1'
const service = (name: string) => ({ ref: { apiVersion: 'v1', kind: 'Service', name } })
const made = (apiVersion: string, kind: string, name: string, spec: object) => ({ apiVersion, kind, metadata: { name }, spec })
const triggerOf = (name: string, type: string, subscriber: string) =>
  made(eventing, 'Trigger', name, { broker: 'steady', filter: { attributes: { type } }, subscriber: service(subscriber) })

beforeAll(async () => {
  const { client, namespace } = platform
  user = eventingUser(client, namespace)
  const delivery = { retry: 10, backoffPolicy: 'linear', backoffDelay: 'PT0.1S', deadLetterSink: service('letters') }
  const work = { restartPolicy: 'Never', containers: [{ name: 'work', image: imageOf('job') }] }
  const account = { kind: 'ServiceAccount', name: 'watcher', namespace }
  await Promise.all([
    user.recorder('arrived'),
    user.recorder('refusing', { ANSWER_STATUS: '422' }),
    user.recorder('letters'),
    user.recorder('sources'),
    user.apply(
      made(eventing, 'Broker', 'steady', { delivery }),
      triggerOf('steady', 'steady', 'arrived'),
      triggerOf('refused', 'refused', 'refusing'),
      // No pods: it is Jobs that are counted.
      made('sinks.knative.dev/v1alpha1', 'JobSink', 'work', {
        job: { apiVersion: 'batch/v1', kind: 'Job', spec: { suspend: true, template: { spec: work } } }
      }),
      made(sources, 'PingSource', 'ticks', { schedule: '* * * * * *', sink: service('sources') }),
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account.name } },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { name: account.name },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
        subjects: [account]
      },
      made(sources, 'ApiServerSource', 'changes', {
        serviceAccountName: account.name,
        mode: 'Resource',
        resources: [{ apiVersion: 'v1', kind: 'ConfigMap' }],
        sink: service('sources')
      })
    )
  ])
  await Promise.all([
    user.ready(triggers, 'steady'),
    user.ready(triggers, 'refused'),
    user.ready(pingSources, 'ticks'),
    user.ready(apiServerSources, 'changes')
  ])
  const addressOf = serviceAddresses(client)
  const publisher = async (address: string | undefined, rate: number, typeOf: (n: number) => string): Promise<Publisher> => {
    const url = new URL(address ?? '')
    return startPublisher({ ...(await addressOf(url)), url, perSecond: rate, keys: rate, typeOf, prefix: `${(round += 1)}-` })
  }
  const broker = await user.ready(brokers, 'steady')
  const jobSink = await user.ready(jobSinks, 'work')
  toBroker = () => publisher(broker.status?.address?.url, perSecond, (n) => (n % 10 === 0 ? 'refused' : 'steady'))
  toJobSink = () => publisher(jobSink.status?.address?.url, jobsPerSecond, () => 'to.do')
}, 400_000)

const publishers: Publisher[] = []
afterAll(() => Promise.all(publishers.map((one) => one.stop())))

/** Resolves when a role has done what it is there for, at a moment after this call. */
const works: Readonly<Record<WorkloadName, () => Promise<unknown>>> = {
  'eventing-webhook': async () => {
    const wrong = { apiVersion: eventing, kind: 'Trigger', metadata: { name: 'wrong', namespace: platform.namespace }, spec: {} } as const
    const refusal = (): Promise<string> =>
      platform.client.create(triggers, wrong as never, { dryRun: true }).then(
        () => '',
        (error: unknown) => errorText(error)
      )
    await until('it refuses what is wrong', async () => (await refusal()).includes('denied the request'), patienceMs, 100)
  },
  'eventing-controller': async () => {
    const name = `after-${(round += 1)}`
    await user.apply(triggerOf(name, name, 'arrived'))
    await user.ready(triggers, name)
  },
  'event-log': async () => {
    const id = `after-${(round += 1)}`
    const { status } = await platform.client.get(brokers, { namespace: platform.namespace, name: 'steady' })
    const url = status?.address?.url ?? ''
    await until('it takes events', async () => (await user.post(url, { type: 'steady', id })).status === 202, patienceMs, 100)
    await user.arrived('arrived', 1, ({ headers }) => headers['ce-id'] === id)
  },
  'job-sink': async () => {
    const { status } = await platform.client.get(jobSinks, { namespace: platform.namespace, name: 'work' })
    const url = status?.address?.url ?? ''
    await until('it takes events', async () => (await user.post(url, { type: 'to.do' })).status === 202, patienceMs, 100)
  },
  'pingsource-mt-adapter': () => told('dev.knative.sources.ping'),
  'apiserversource-adapter': async () => {
    const name = `noticed-${(round += 1)}`
    const { client, namespace } = platform
    await client.create(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data: {} })
    await user.arrived('sources', 1, ({ headers }) => headers['ce-subject']?.endsWith(`/${name}`) === true)
  }
}

/** A source tells of something that happens after now. */
async function told(type: string): Promise<unknown> {
  const now = Date.now()
  return user.arrived('sources', 1, ({ headers }) => headers['ce-type'] === type && Date.parse(headers['ce-time'] ?? '') > now)
}

/** Breaks a role under both loads; resolves with the ms until it worked again, and what publishers were told that was not 202. */
async function broken(name: WorkloadName, by: (pod: Awaited<ReturnType<typeof settledPod>>) => Promise<unknown>) {
  const { client, namespace } = platform
  const workload = workloadOf(name, namespace, 'changes')
  const pod = await settledPod(client, workload)
  const [events, work] = await Promise.all([toBroker(), toJobSink()])
  publishers.push(events, work)
  const more = (seconds: number): Promise<unknown> => {
    const count = events.taken.length + seconds * perSecond
    return until('the load goes on', async () => events.taken.length >= count, patienceMs, 100)
  }
  await more(1)
  const began = performance.now()
  await by(pod)
  await replacedPod(client, workload, pod)
  await works[name]()
  const wholeMs = performance.now() - began
  await more(1)
  await Promise.all([events.stop(), work.stop()])
  taken.push(...events.taken)
  asked.push(...work.taken)
  return { wholeMs, refused: [...(name === 'event-log' ? [] : events.refused), ...(name === 'job-sink' ? [] : work.refused)] }
}

describe.each(workloadNames)('%s', (name) => {
  it('goes on when its pod is deleted', async () => {
    const { wholeMs, refused } = await broken(name, ({ metadata: { namespace = '', name: pod = '' } }) =>
      platform.client.delete(pods, { namespace, name: pod })
    )
    expect(refused).toEqual([])
    expect(wholeMs).toBeLessThan(wholeWithinMs)
  }, 600_000)

  it('goes on when it is killed', async () => {
    const { wholeMs, refused } = await broken(name, (pod) =>
      killProcess(processOf(pod, workloadOf(name, platform.namespace, 'changes').container))
    )
    expect(refused).toEqual([])
    expect(wholeMs).toBeLessThan(wholeWithinMs)
  }, 600_000)
})

describe('of what was answered 202', () => {
  it('nothing is lost', async () => {
    expect(taken.length).toBeGreaterThan(2 * workloadNames.length * perSecond)
    let missing: string[] = []
    const whole = async (): Promise<boolean> => {
      const [arrived, letters] = await Promise.all([user.received('arrived'), user.received('letters')])
      const there = new Set([...arrived, ...letters].map(({ headers }) => headers['ce-id']))
      missing = taken.filter(({ id }) => !there.has(id)).map(({ id, type }) => `${type} ${id}`)
      return missing.length === 0
    }
    await until('all is there', whole, patienceMs, 1000).catch((error: unknown) => expect([errorText(error), missing]).toEqual([]))
    const letters = await user.received('letters')
    expect(letters.filter(({ headers }) => headers['ce-knativeerrorcode'] === '422').length).toBeGreaterThan(0)
  }, 300_000)

  it('everything for a JobSink has a Job', async () => {
    const { items } = await platform.client.list(jobs, { namespace: platform.namespace })
    const there = new Set(items.map(({ metadata }) => metadata.name))
    expect(asked.length).toBeGreaterThan(2 * workloadNames.length)
    expect(asked.filter(({ id }) => !there.has(childName('work-', md5Hex(`/chaos${id}`))))).toEqual([])
  }, 60_000)
})
