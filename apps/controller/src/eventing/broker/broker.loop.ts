import { brokerConditions, brokers, keyOf, keyText, parseKey, type Broker, type Trigger } from '@knative-ts/api'
import { equalJson, triggeredBy } from '@knative-ts/kube'
import { ownersOf } from '../channel/owners-of.ts'
import { whenDataPlaneChanges } from '../endpoints/when-data-plane-changes.ts'
import { brokerOf } from '../eventing-objects.ts'
import type { EventingLoop, EventingWorld } from '../eventing-world.ts'
import { deliveryCondition } from '../marking/mark-delivery.ts'
import { isOurBroker } from '../routing/members-of.ts'
import { BrokerReconciler } from './broker.reconciler.ts'
import { BrokerTemplates, configKeyOf } from './broker-template.ts'

export function brokerLoop(world: EventingWorld): EventingLoop {
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
      channelKinds.onChange((change) => ownersOf(brokers, change).forEach(enqueue))
      objects.triggers.informer.onChange(({ before, after }) => {
        if (!equalJson(deliveryOf(before), deliveryOf(after))) enqueue(parseKey(brokerOf((after ?? before) as Trigger)))
      })
    }
  }
}

const deliveryOf = (trigger: Trigger | undefined): unknown => trigger?.status?.conditions?.find(({ type }) => type === deliveryCondition)
