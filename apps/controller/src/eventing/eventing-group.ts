import {
  brokers,
  channels,
  eventTypes,
  inMemoryChannels,
  jobSinks,
  keyOf,
  parallels,
  parseKey,
  sequences,
  subscriptions,
  triggers
} from '@knative-ts/api'
import { services } from '@knative-ts/api/kubernetes'
import { createEventRecorder, enveloped, type Admission } from '@knative-ts/kube'
import { eventRouting } from '@knative-ts/wire'
import type { Group, GroupSurroundings } from '../group.ts'
import { eventingLeases } from '../leading/lease-names.ts'
import { ChannelKinds } from './channel/channel-kinds.ts'
import { ObjectFinder } from './destinations/object-finder.ts'
import { ReferenceTracker } from './destinations/reference-tracker.ts'
import { Resolver } from './destinations/resolver.ts'
import { dataPlaneServices, endpointsOf, type DataPlaneRole } from './endpoints/service-endpoints.ts'
import { eventingLoops } from './eventing-loops.ts'
import { byUid, eventingObjectsOf } from './eventing-objects.ts'
import type { EventingWorld } from './eventing-world.ts'
import { DataPlaneFleet } from './routing/data-plane-fleet.ts'
import { DeliveryBook } from './routing/delivery-book.ts'
import { EventFeed } from './routing/event-feed.ts'
import { eventRoutingService } from './routing/event-routing.grpc.ts'
import { LocalPods } from './routing/local-pods.ts'
import { tellPods } from './routing/tell-pods.ts'
import { watchEventingSettings } from './settings/eventing-settings.ts'

/** ServiceAccounts of the data plane, in the system namespace. */
const dataPlaneAccounts = ['event-log', 'job-sink'] as const

/** Longer than children take to Ready, shorter than anybody waits for words. */
const leisureMs = 500

/** Kinds that are watched whole: finding one of them needs no question to the server. */
const watched = [services, brokers, triggers, channels, inMemoryChannels, subscriptions, sequences, parallels, eventTypes, jobSinks]

export interface EventingOptions {
  /** Image of the adapters of sources that have a Deployment of their own. */
  readonly sourceImage: string
}

/** Eventing: its reconcilers, and what its data plane follows. */
export const eventingGroup =
  (options: EventingOptions) =>
  (surroundings: GroupSurroundings): Group =>
    groupOf(options, surroundings)

function groupOf({ sourceImage }: EventingOptions, surroundings: GroupSurroundings): Group {
  const { client, factory, podName, systemNamespace, clusterDomain, clock, log } = surroundings
  const objects = eventingObjectsOf(factory, systemNamespace)
  const settings = watchEventingSettings({ factory, systemNamespace, log })
  const channelKinds = new ChannelKinds(factory, objects.inMemoryChannels)
  const finder = new ObjectFinder(factory, watched)
  const deliveries = new DeliveryBook()
  const feed = new EventFeed(objects, clusterDomain)
  const fleet = new DataPlaneFleet((key) => progress(key))
  const mapping = { mapping: () => settings.mapping(), groups: () => settings.features().kreferenceGroup }
  const world: EventingWorld = {
    client,
    factory,
    objects,
    settings,
    channelKinds,
    acknowledgements: fleet,
    deliveries,
    systemNamespace,
    clusterDomain,
    clock,
    log,
    leisureMs,
    sourceImage,
    recorderFor: (loop) => createEventRecorder({ client, component: `${loop}-controller`, log, clock }),
    enveloped: (recorder, kind) => enveloped(kind, { recorder, clock }),
    resolverFor: (loop) => {
      const tracker = new ReferenceTracker()
      finder.onChange((reference) => {
        for (const parent of tracker.parentsOf(reference)) loops.enqueue(loop, parent)
      })
      finder.onKind((beginning) => {
        for (const parent of tracker.parentsOfAll(beginning)) loops.enqueue(loop, parent)
      })
      return new Resolver({ client, finder, tracker, settings: mapping, systemNamespace, clusterDomain })
    }
  }
  const loops = eventingLoops(world)

  /** Something is served, or no longer, that a reconciler waits for. */
  function progress(key: string): void {
    const [kind = '', id = ''] = key.split(' ')
    if (kind === 'subscription') {
      const channel = feed.channelOf(id)
      if (channel !== undefined) loops.enqueue('inmemorychannel', parseKey(channel))
    } else loops.enqueue(kind === 'channel' ? 'inmemorychannel' : kind, parseKey(id))
  }

  deliveries.onChange((uid) => {
    for (const subscription of objects.subscriptions.informer.cache.byIndex(byUid, uid)) loops.enqueue('subscription', keyOf(subscription))
  })
  const pods = new LocalPods(podName, feed.table)
  const hear = (states: eventRouting.DataPlaneStates): void => {
    fleet.report(states)
    if (states.complete) deliveries.forget(states.controller)
    for (const { pod, connected, deliveries: told } of states.pods) {
      if (connected) deliveries.report(states.controller, pod, told)
      else deliveries.forget(states.controller, pod)
    }
  }
  pods.follow(hear)
  const unfollow = objects.endpointSlices.informer.onChange(() => {
    for (const [role, service] of Object.entries(dataPlaneServices))
      fleet.expect(role as DataPlaneRole, endpointsOf(objects.endpointSlices, systemNamespace, service))
  })
  return {
    loops: loops.all,
    leases: eventingLeases,
    get followers() {
      return pods.size
    },
    gauges: [
      {
        name: 'kn.eventing.followers',
        description: 'Pods of the data plane that follow this replica',
        unit: '{pod}',
        value: () => pods.size
      },
      {
        name: 'kn.eventing.failing_subscriptions',
        description: 'Subscriptions whose last delivery failed or whose events do not move, as this replica has been told',
        unit: '{subscription}',
        value: () => deliveries.size
      }
    ],
    synced: () => settings.synced(),
    service: ({ unready, isLeading, admissionFor }) => {
      const admit = { dataPlane: anyOf(dataPlaneAccounts.map(admissionFor)), controller: admissionFor('eventing-controller') }
      const gone = (controller: string): void => {
        fleet.forget(controller)
        deliveries.forget(controller)
      }
      const implementation = eventRoutingService({ pods, settings, relayed: hear, gone, unready, isLeading, admit, log })
      return { definition: eventRouting.EventRoutingService, implementation }
    },
    flush: () => feed.table.flush(),
    tell: tellPods(pods),
    stop: () => {
      feed.stop()
      unfollow()
    }
  }
}

/** Lets in whom any of them lets in; says what the first has against others. */
function anyOf(admissions: readonly Admission[]): Admission {
  return async (token) => {
    let first: string | undefined
    for (const admission of admissions) {
      const why = await admission(token)
      if (why === undefined) return undefined
      first ??= why
    }
    return first
  }
}
