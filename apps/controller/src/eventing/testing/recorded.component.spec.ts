/** The cases that were recorded of upstream, through our reconcilers: the objects, their conditions word for word, and the Events. */
import { afterEach, describe, expect, it } from '@jest/globals'
import {
  brokers,
  channels,
  eventTypes,
  inMemoryChannels,
  jobSinks,
  sequences,
  subscriptions,
  triggers,
  type Condition,
  type KubeObject,
  type Resource
} from '@knative-ts/api'
import { events, services, type Event } from '@knative-ts/api/kubernetes'
import { eventually } from '@knative-ts/testing'
import { eventingScene, type EventingScene } from './eventing-scene.ts'
import {
  comparableObject,
  conditionText,
  namesOf,
  recordedCases,
  storedOf,
  type RecordedCase,
  type RecordedEvent
} from './recorded-cases.ts'

const kinds: Readonly<Record<string, Resource>> = {
  'eventing.knative.dev/v1/brokers': brokers,
  'eventing.knative.dev/v1/triggers': triggers,
  'eventing.knative.dev/v1beta2/eventtypes': eventTypes,
  'messaging.knative.dev/v1/channels': channels,
  'messaging.knative.dev/v1/inmemorychannels': inMemoryChannels,
  'messaging.knative.dev/v1/subscriptions': subscriptions,
  'flows.knative.dev/v1/sequences': sequences,
  'sinks.knative.dev/v1alpha1/jobsinks': jobSinks
}

type WithConditions = KubeObject & { status?: { conditions?: Condition[] } }

/** Where ours is other on purpose, and why. */
const better: readonly { readonly what: RegExp; readonly why: string }[] = [
  {
    what: /(Ready|SubscriberResolved)=False Unable to get the Subscriber's URI: (failed to get lister for|there is no kind)/,
    why: 'upstream says that it is forbidden to list a kind that does not exist: ours says that there is none'
  }
]

describe('recorded of upstream', () => {
  let scene: EventingScene
  afterEach(() => scene.close())

  const waitFor = (recorded: RecordedCase) =>
    eventually(
      () => {
        const differences = differencesOf(scene, recorded)
        if (differences.length > 0) throw new Error(differences.join('\n'))
        return true
      },
      'the same conditions',
      20_000
    )

  it.each(Object.keys(recordedCases))(
    '%s: the same objects and conditions',
    async (name) => {
      const recorded = recordedCases[name] as RecordedCase
      scene = await eventingScene()
      await scene.follow()
      for (const manifest of recorded.manifests) {
        const resource = manifest.kind === 'Service' ? services : Object.values(kinds).find(({ kind }) => kind === manifest.kind)
        await scene.cluster.client.create(resource as Resource, storedOf(recorded, manifest))
        if (resource === services) continue
        const key = { namespace: 'default', name: manifest.metadata.name ?? '' }
        const conditions = () => (scene.cluster.find(resource as Resource, key) as WithConditions | undefined)?.status?.conditions
        await eventually(() => conditions() !== undefined, `a word about ${manifest.kind} ${key.name}`)
      }
      await waitFor(recorded)
      expect(objectsOf(scene, recorded).ours).toEqual(objectsOf(scene, recorded).theirs)
      expect(
        waysOf(scene)
          .map(({ way }) => way)
          .join('')
      ).toMatch(/(True|False) /)
      expect(waysOf(scene).filter(({ way }) => !neverBack.test(way))).toEqual([])
      const known = new Set([...reasonsOf(recorded), ...ofAcknowledgements])
      expect(waysOf(scene).flatMap(({ reasons }) => reasons.filter((reason) => !known.has(reason)))).toEqual([])
      const wanted = recorded.events.filter((event) => !raced(event) && !atBirth(event) && name !== 'trigger-subscriber-kind-missing')
      await eventually(
        () => {
          const told = scene.cluster.all(events).map(eventText)
          const missing = wanted
            .map((event) => [event.type, event.reason, event.kind, event.component, nameless(event.message)].join(' | '))
            .filter((text) => !told.includes(text))
          if (missing.length > 0) throw new Error(`missing: ${missing.join('\n')}\nthere are: ${told.join('\n')}`)
          return true
        },
        'the same Events',
        10_000
      )
    },
    60_000
  )
})

/** Upstream takes readiness back while its processes learn of each other; ours does not, once all of it is there. */
const neverBack = /^(Unknown |False )*(True )*$/

/** What ours waits for and upstream does not, and what it says where upstream says nothing. */
const ofAcknowledgements = ['DispatcherNotUpdated', 'IngressNotUpdated', 'FilterNotUpdated', 'JobSinkNotUpdated', 'BrokerDoesNotExist', '']

interface Way {
  readonly object: string
  /** Statuses of Ready, one after the other. */
  readonly way: string
  readonly reasons: readonly string[]
}

/** How each object came to its last state, by the statuses that were written. */
function waysOf(scene: EventingScene): Way[] {
  const told = new Map<string, Condition[][]>()
  for (const { resource, key, subresource, body, effective } of scene.cluster.writes) {
    if (subresource !== 'status' || !effective) continue
    const patch = body as readonly { readonly path: string; readonly value: { readonly conditions?: Condition[] } }[]
    const object = `${resource.kind} ${key.name}`
    const conditions = patch.find(({ path }) => path === '/status')?.value.conditions ?? []
    told.set(object, [...(told.get(object) ?? []), conditions])
  }
  return [...told].map(([object, statuses]) => ({
    object,
    way: statuses.map((conditions) => `${conditions.find(({ type }) => type === 'Ready')?.status ?? 'none'} `).join(''),
    reasons: statuses.flat().flatMap(({ status, reason = '' }) => (status === 'True' ? [] : [reason]))
  }))
}

/** Reasons on the way of any object, as they were recorded. */
function reasonsOf({ transitions }: RecordedCase): string[] {
  return transitions.flatMap(({ cond }) => (cond ?? []).map((text) => /^\w+=(?:False|Unknown) ([^:]+)/.exec(text)?.[1] ?? ''))
}

/** Told by upstream of races between its own processes. */
const raced = ({ reason, message }: RecordedEvent): boolean =>
  reason === 'SubscriptionNotMarkedReadyByChannel' || message.startsWith('Failed patching: ')

/** Ours have their finalizer at birth, which is no news. */
const atBirth = ({ reason, name }: RecordedEvent): boolean => reason === 'FinalizerUpdate' && /^default-|-kn-sequence-/.test(name)

const nameless = (text: string): string => text.replaceAll(/UID-\d+/g, 'UID')

function eventText(event: Event): string {
  const { involvedObject, reason = '', type = '', message = '', reportingComponent = '' } = event
  return [type, reason, involvedObject.kind ?? '', reportingComponent, nameless(message)].join(' | ')
}

function pairs(
  scene: EventingScene,
  recorded: RecordedCase
): { path: string; ours: readonly KubeObject[]; theirs: readonly KubeObject[] }[] {
  return Object.entries(kinds)
    .filter(([path]) => recorded.objects[path] !== undefined || scene.cluster.all(kinds[path] as Resource).length > 0)
    .map(([path, resource]) => ({ path, ours: scene.cluster.all(resource), theirs: recorded.objects[path] ?? [] }))
}

function differencesOf(scene: EventingScene, recorded: RecordedCase): string[] {
  return pairs(scene, recorded).flatMap(({ path, ours, theirs }) => {
    const names = (objects: readonly KubeObject[]): string => objects.map(({ metadata }) => metadata.name).join(', ')
    if (names(ours) !== names(theirs)) return [`${path}: ${names(ours)} instead of ${names(theirs)}`]
    return theirs.flatMap((object, index) => {
      const [left, right] = [object, ours[index]].map((one) => ((one as WithConditions).status?.conditions ?? []).map(conditionText))
      const missing = (left ?? []).filter((text) => !isBetter(text) && !right?.includes(text)).map((text) => `missing ${text}`)
      const extra = (right ?? []).filter((text) => !isBetter(text) && !left?.includes(text)).map((text) => `extra ${text}`)
      return [...missing, ...extra].map((text) => `${path} ${object.metadata.name}: ${text}`)
    })
  })
}

const isBetter = (text: string): boolean => better.some(({ what }) => what.test(text))

function objectsOf(scene: EventingScene, recorded: RecordedCase): { ours: unknown; theirs: unknown } {
  const all = pairs(scene, recorded)
  const [ofOurs, ofTheirs] = [namesOf(all.flatMap(({ ours }) => ours)), namesOf(all.flatMap(({ theirs }) => theirs))]
  const without = (value: unknown): unknown => {
    const { status, ...rest } = value as { status: { conditions?: WithConditions['status'] } }
    const { conditions: _compared, ...told } = status
    return { ...rest, status: told }
  }
  return {
    ours: all.map(({ ours }) => ours.map((object) => without(comparableObject(object, ofOurs)))),
    theirs: all.map(({ theirs }) => theirs.map((object) => without(comparableObject(object, ofTheirs))))
  }
}
