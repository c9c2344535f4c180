/** What was admitted and cannot run: it fails within its progress deadline, and says why in words that lead to the cause. */
import { describe, expect, it } from '@jest/globals'
import { knativeServices, revisions, type Condition } from '@knative-ts/api'
import { imageOf, namedInstallation } from '../rig/installation.ts'
import { serviceOf, type ServiceSketch } from '../rig/knative-service.ts'
import { usePlatform } from '../rig/platform.ts'
import { templateOf } from '../rig/serving-user.ts'
import { until } from '../rig/until.ts'

/** Long enough for a slow machine to have the pod started and probed. */
const deadlineMs = 10_000
const deadline = { 'serving.knative.dev/progress-deadline': '10s' }
/** What a machine may take on top of the deadline. */
const slackMs = 30_000
const readinessProbe = { httpGet: { path: '/', port: 8080 } }
const platform = usePlatform('failing')

interface Failed {
  /** The revision's condition once it is False. */
  readonly failure: Condition
  /** The Service's conditions then. */
  readonly service: readonly Condition[]
  readonly ms: number
}

/** Creates it, or gives a Service that is there this template. What a container has written is asked for when it is overdue, and told a moment later. */
async function failureOf(sketch: ServiceSketch, type: string, words: string, generation = 1): Promise<Failed> {
  const { client, namespace } = platform
  const began = performance.now()
  if (generation === 1) await client.create(knativeServices, serviceOf({ ...sketch, namespace, annotations: deadline }))
  else {
    const body = templateOf({ ...sketch, annotations: deadline })
    await client.patch(knativeServices, { namespace, name: sketch.name }, { type: 'merge', body })
  }
  const saidOf = async (which: string, said: string): Promise<Condition | undefined> => {
    const { status } = await client.get(revisions, { namespace, name: `${sketch.name}-0000${generation}` })
    return failed(status?.conditions ?? [], which, said)
  }
  await until(`${type} of ${sketch.name} is False`, () => saidOf(type, ''))
  const ms = performance.now() - began
  const failure = await until(`${type} of ${sketch.name} says "${words}"`, () => saidOf(type, words))
  const service = await until(`Service ${sketch.name} says so`, async () => {
    const { status } = await client.get(knativeServices, { namespace, name: sketch.name })
    return failed(status?.conditions ?? [], 'ConfigurationsReady', words) && status?.conditions
  })
  return { failure, service, ms }
}

const named = (conditions: readonly Condition[], wanted: string): Condition | undefined => conditions.find(({ type }) => type === wanted)

/** The condition of that type, when it is False and says these words. */
function failed(conditions: readonly Condition[], wanted: string, words: string): Condition | undefined {
  const { status, message = '' } = named(conditions, wanted) ?? {}
  return status === 'False' && message.includes(words) ? named(conditions, wanted) : undefined
}

describe('within its progress deadline', () => {
  it.each<[what: string, sketch: ServiceSketch, type: string, reason: RegExp, words: string]>([
    [
      'an image that does not exist',
      { name: 'no-image', image: 'dev.local/nowhere:none' },
      'ResourcesAvailable',
      /^(ErrImagePull|ImagePullBackOff)$/,
      // Standalone says where it has looked; a node of a cluster, what it could not pull.
      namedInstallation() === undefined ? 'no package directory "nowhere" under the image roots' : 'dev.local/nowhere:none'
    ],
    [
      'a container that crashes',
      { name: 'crashing', image: imageOf('crashing') },
      'ContainerHealthy',
      /^ExitCode7$/,
      'cannot reach the database at db:5432'
    ],
    [
      'a readiness probe that fails',
      { name: 'unready', image: imageOf('unready'), container: { readinessProbe } },
      'ResourcesAvailable',
      /^ProgressDeadlineExceeded$/,
      'still warming the cache'
    ],
    [
      'a port that never opens',
      { name: 'closed', image: imageOf('closed') },
      'ResourcesAvailable',
      /^ProgressDeadlineExceeded$/,
      'waiting for a lock that nobody gives back'
    ]
  ])(
    '%s ends in its condition and reason, with its own words',
    async (_, sketch, type, reason, words) => {
      const { failure, service, ms } = await failureOf(sketch, type, words)
      expect(failure).toMatchObject({ reason: expect.stringMatching(reason) })
      expect(failure.message).toContain(words)
      expect(ms).toBeLessThan(deadlineMs + slackMs)
      const configured = named(service, 'ConfigurationsReady')
      expect(configured).toMatchObject({ reason: 'RevisionFailed' })
      expect(configured?.message).toContain(`Revision "${sketch.name}-00001" failed with message: `)
      expect(configured?.message).toContain(words)
      expect(named(service, 'Ready')).toMatchObject({ status: 'False' })
      await platform.user.remove(sketch.name)
    },
    180_000
  )
})

it('a Service whose new revision crashes goes on answering with the old one, and recovers with the next', async () => {
  const { user, http } = platform
  const good = { name: 'steadfast', image: imageOf('inspector'), env: { VERSION: '1' } }
  const { host } = await user.deploy(good)
  const { service } = await failureOf({ name: 'steadfast', image: imageOf('crashing') }, 'ContainerHealthy', 'cannot reach the database', 2)
  expect(named(service, 'Ready')).toMatchObject({ status: 'False' })
  expect(named(service, 'RoutesReady')).toMatchObject({ status: 'True' })
  for (let sent = 0; sent < 10; sent++) expect(await http.get(host)).toMatchObject({ status: 200, body: '1\n' })
  // A merge would leave the short deadline where it is.
  const annotations = { 'serving.knative.dev/progress-deadline': '300s' }
  await user.change('steadfast', templateOf({ ...good, env: { VERSION: '3' }, annotations }))
  expect(await http.get(host)).toMatchObject({ status: 200, body: '3\n' })
  await user.remove('steadfast')
}, 270_000)
