import {
  brokerConditions,
  brokers,
  channelConditions,
  channels,
  eventTypeConditions,
  inMemoryChannelConditions,
  inMemoryChannels,
  jobSinkConditions,
  keyOf,
  keyText,
  parallelConditions,
  parallels,
  parseKey,
  sequenceConditions,
  sequences,
  subscriptionConditions,
  triggerConditions,
  triggers,
  type Broker,
  type ObjectKey,
  type Resource,
  type Trigger
} from '@knative-ts/api'
import { controllerKeys, equalJson, triggeredBy } from '@knative-ts/kube'
import { BrokerReconciler } from './broker/broker.reconciler.ts'
import { BrokerTemplates, configKeyOf } from './broker/broker-template.ts'
import { ChannelReconciler } from './channel/channel.reconciler.ts'
import { whenDataPlaneChanges } from './endpoints/when-data-plane-changes.ts'
import { EventTypeReconciler } from './event-type/event-type.reconciler.ts'
import { brokerOf, byBroker } from './eventing-objects.ts'
import type { EventingLoop, EventingWorld } from './eventing-world.ts'
import { InMemoryChannelReconciler } from './in-memory-channel/in-memory-channel.reconciler.ts'
import { JobSinkReconciler } from './job-sink/job-sink.reconciler.ts'
import { deliveryCondition } from './marking/mark-delivery.ts'
import { ParallelReconciler } from './parallel/parallel.reconciler.ts'
import { isOurBroker } from './routing/members-of.ts'
import { SequenceReconciler } from './sequence/sequence.reconciler.ts'
import { subscriptionFinalizer, SubscriptionReconciler } from './subscription/subscription.reconciler.ts'
import { wakeSubscriptions } from './subscription/wake-subscriptions.ts'
import { SugarReconciler } from './sugar/sugar.reconciler.ts'
import { TriggerReconciler } from './trigger/trigger.reconciler.ts'

/** The reconcilers of Brokers, channels, flows and what belongs to them. */
export function coreLoops(world: EventingWorld): readonly EventingLoop[] {
  return [
    brokerLoop(world),
    triggerLoop(world),
    channelLoop(world),
    inMemoryChannelLoop(world),
    subscriptionLoop(world),
    ...flowLoops(world),
    eventTypeLoop(world),
    jobSinkLoop(world),
    ...sugarLoops(world)
  ]
}

function brokerLoop(world: EventingWorld): EventingLoop {
  const { objects, factory, channelKinds } = world
  const templates = new BrokerTemplates(factory)
  const broker = new BrokerReconciler(world, world.resolverFor('broker'), templates)
  return {
    name: 'broker',
    reconcile: world.enveloped(world.recorderFor('broker'), {
      objects: objects.brokers,
      conditions: brokerConditions,
      mine: isOurBroker,
      reconcile: (one) => broker.reconcile(one)
    }),
    triggers: [triggeredBy(objects.brokers.informer)],
    wake: (enqueue) => {
      const enqueueAll = (which: (broker: Broker) => boolean): void => {
        for (const one of objects.brokers.informer.cache.list()) if (which(one)) enqueue(keyOf(one))
      }
      templates.onChange((key) => enqueueAll((one) => keyText(configKeyOf(one) ?? { namespace: '', name: '' }) === keyText(key)))
      whenDataPlaneChanges(world, ['ingress', 'filter'], () => enqueueAll(isOurBroker))
      channelKinds.onChange(({ before, after }) => ownersOf(brokers, after ?? before).forEach(enqueue))
      objects.triggers.informer.onChange(({ before, after }) => {
        if (!equalJson(deliveryOf(before), deliveryOf(after))) enqueue(parseKey(brokerOf((after ?? before) as Trigger)))
      })
    }
  }
}

const deliveryOf = (trigger: Trigger | undefined): unknown => trigger?.status?.conditions?.find(({ type }) => type === deliveryCondition)

const ownersOf = (resource: Resource, child: Parameters<ReturnType<typeof controllerKeys>>[0] | undefined): readonly ObjectKey[] =>
  child === undefined ? [] : controllerKeys(resource)(child)

function triggerLoop(world: EventingWorld): EventingLoop {
  const { objects } = world
  const trigger = new TriggerReconciler(world, world.resolverFor('trigger'))
  return {
    name: 'trigger',
    reconcile: world.enveloped(world.recorderFor('trigger'), {
      objects: objects.triggers,
      conditions: triggerConditions,
      mine: trigger.mine,
      reconcile: (one) => trigger.reconcile(one)
    }),
    triggers: [
      triggeredBy(objects.triggers.informer),
      triggeredBy(objects.brokers.informer, (broker) => objects.triggers.byIndex(byBroker, keyText(keyOf(broker))).map(keyOf)),
      triggeredBy(objects.subscriptions.informer, controllerKeys(triggers))
    ]
  }
}

function channelLoop(world: EventingWorld): EventingLoop {
  const { objects, channelKinds, leisureMs } = world
  const channel = new ChannelReconciler(world)
  return {
    name: 'channel',
    reconcile: world.enveloped(world.recorderFor('channel'), {
      objects: objects.channels,
      conditions: channelConditions,
      leisureMs,
      reconcile: (one) => channel.reconcile(one)
    }),
    triggers: [triggeredBy(objects.channels.informer)],
    wake: (enqueue) => channelKinds.onChange(({ before, after }) => ownersOf(channels, after ?? before).forEach(enqueue))
  }
}

function inMemoryChannelLoop(world: EventingWorld): EventingLoop {
  const { objects } = world
  const channel = new InMemoryChannelReconciler(world, world.resolverFor('inmemorychannel'))
  objects.inMemoryChannels.informer.onChange(({ before, after }) => {
    if (after === undefined && before !== undefined) channel.forget(before)
  })
  return {
    name: 'inmemorychannel',
    reconcile: world.enveloped(world.recorderFor('inmemorychannel'), {
      objects: objects.inMemoryChannels,
      conditions: inMemoryChannelConditions,
      reconcile: (one) => channel.reconcile(one)
    }),
    triggers: [triggeredBy(objects.inMemoryChannels.informer), triggeredBy(objects.services.informer, controllerKeys(inMemoryChannels))],
    wake: (enqueue) =>
      whenDataPlaneChanges(world, ['channel'], () => objects.inMemoryChannels.informer.cache.list().map(keyOf).forEach(enqueue))
  }
}

function subscriptionLoop(world: EventingWorld): EventingLoop {
  const { objects, channelKinds, leisureMs } = world
  const recorder = world.recorderFor('subscription')
  const subscription = new SubscriptionReconciler(world, world.resolverFor('subscription'), recorder)
  return {
    name: 'subscription',
    reconcile: world.enveloped(recorder, {
      objects: objects.subscriptions,
      conditions: subscriptionConditions,
      finalizer: subscriptionFinalizer,
      leisureMs,
      reconcile: (one) => subscription.reconcile(one),
      finalize: (one) => subscription.finalize(one)
    }),
    triggers: [triggeredBy(objects.subscriptions.informer)],
    wake: (enqueue) => wakeSubscriptions(objects.subscriptions, objects.channels, channelKinds, enqueue)
  }
}

function flowLoops(world: EventingWorld): readonly EventingLoop[] {
  const { objects, channelKinds, leisureMs } = world
  const sequence = new SequenceReconciler(world)
  const parallel = new ParallelReconciler(world)
  const wake = (resource: Resource) => (enqueue: (key: ObjectKey) => void) =>
    channelKinds.onChange(({ before, after }) => ownersOf(resource, after ?? before).forEach(enqueue))
  return [
    {
      name: 'sequence',
      reconcile: world.enveloped(world.recorderFor('sequence'), {
        objects: objects.sequences,
        conditions: sequenceConditions,
        leisureMs,
        reconcile: (one) => sequence.reconcile(one)
      }),
      triggers: [triggeredBy(objects.sequences.informer), triggeredBy(objects.subscriptions.informer, controllerKeys(sequences))],
      wake: wake(sequences)
    },
    {
      name: 'parallel',
      reconcile: world.enveloped(world.recorderFor('parallel'), {
        objects: objects.parallels,
        conditions: parallelConditions,
        leisureMs,
        reconcile: (one) => parallel.reconcile(one)
      }),
      triggers: [triggeredBy(objects.parallels.informer), triggeredBy(objects.subscriptions.informer, controllerKeys(parallels))],
      wake: wake(parallels)
    }
  ]
}

function eventTypeLoop(world: EventingWorld): EventingLoop {
  const { objects } = world
  const eventType = new EventTypeReconciler(world.resolverFor('eventtype'))
  return {
    name: 'eventtype',
    reconcile: world.enveloped(world.recorderFor('eventtype'), {
      objects: objects.eventTypes,
      conditions: eventTypeConditions,
      reconcile: (one) => eventType.reconcile(one)
    }),
    triggers: [triggeredBy(objects.eventTypes.informer)]
  }
}

function jobSinkLoop(world: EventingWorld): EventingLoop {
  const { objects } = world
  const sink = new JobSinkReconciler(world)
  return {
    name: 'jobsink',
    reconcile: world.enveloped(world.recorderFor('jobsink'), {
      objects: objects.jobSinks,
      conditions: jobSinkConditions,
      reconcile: (one) => sink.reconcile(one)
    }),
    triggers: [triggeredBy(objects.jobSinks.informer)],
    wake: (enqueue) => whenDataPlaneChanges(world, ['job-sink'], () => objects.jobSinks.informer.cache.list().map(keyOf).forEach(enqueue))
  }
}

function sugarLoops(world: EventingWorld): readonly EventingLoop[] {
  const { objects } = world
  const ofNamespaces = new SugarReconciler(world, world.recorderFor('sugar-namespace'))
  const ofTriggers = new SugarReconciler(world, world.recorderFor('sugar-trigger'))
  return [
    {
      name: 'sugar-namespace',
      reconcile: (key) => ofNamespaces.ofNamespace(key),
      triggers: [
        triggeredBy(objects.namespaces.informer),
        triggeredBy(objects.brokers.informer, ({ metadata }) => [{ namespace: '', name: metadata.namespace ?? '' }])
      ]
    },
    {
      name: 'sugar-trigger',
      reconcile: (key) => ofTriggers.ofTrigger(key),
      triggers: [
        triggeredBy(objects.triggers.informer),
        triggeredBy(objects.brokers.informer, (broker) => objects.triggers.byIndex(byBroker, keyText(keyOf(broker))).map(keyOf))
      ]
    }
  ]
}
