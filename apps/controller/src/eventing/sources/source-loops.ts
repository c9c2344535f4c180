import {
  apiServerSourceConditions,
  apiServerSources,
  containerSourceConditions,
  containerSources,
  keyOf,
  parseEventingObservability,
  pingSourceConditions,
  sinkBindingConditions,
  type ObjectKey
} from '@knative-ts/api'
import { controllerKeys, triggeredBy, watchConfig } from '@knative-ts/kube'
import type { EventingLoop, EventingWorld } from '../eventing-world.ts'
import { apiServerUrl } from './api-server-source/api-server.ts'
import { ApiServerSourceReconciler } from './api-server-source/api-server-source.reconciler.ts'
import { ContainerSourceReconciler } from './container-source/container-source.reconciler.ts'
import { SourceEventTypesReconciler } from './event-types/source-event-types.reconciler.ts'
import { SourceKinds } from './event-types/source-kinds.ts'
import { pingAdapter, PingSourceReconciler } from './ping-source/ping-source.reconciler.ts'
import { bindingsOf } from './sink-binding/bindings-of.ts'
import { SinkBindingReconciler } from './sink-binding/sink-binding.reconciler.ts'
import { Subjects } from './sink-binding/subjects.ts'
import { sourceObjectsOf, type SourceObjects } from './source-objects.ts'

/** The reconcilers of sources. */
export function sourceLoops(world: EventingWorld): readonly EventingLoop[] {
  const objects = sourceObjectsOf(world)
  return [
    pingLoop(world, objects),
    apiServerLoop(world, objects),
    containerLoop(world, objects),
    bindingLoop(world, objects),
    eventTypesLoop(world)
  ]
}

function pingLoop(world: EventingWorld, objects: SourceObjects): EventingLoop {
  const recorder = world.recorderFor('pingsource')
  const source = new PingSourceReconciler(world, objects, world.resolverFor('pingsource'), recorder)
  const isAdapter = ({ namespace, name }: ObjectKey): boolean => namespace === world.systemNamespace && name === pingAdapter
  return {
    name: 'pingsource',
    reconcile: world.enveloped(recorder, {
      objects: objects.pingSources,
      conditions: pingSourceConditions,
      finalizer: 'pingsources.sources.knative.dev',
      reconcile: (one) => source.reconcile(one)
    }),
    triggers: [
      triggeredBy(objects.pingSources.informer),
      triggeredBy(objects.deployments.informer, (deployment) => (isAdapter(keyOf(deployment)) ? objects.pingSources.list().map(keyOf) : []))
    ]
  }
}

function apiServerLoop(world: EventingWorld, objects: SourceObjects): EventingLoop {
  const recorder = world.recorderFor('apiserversource')
  const { factory, systemNamespace, log } = world
  let resync: () => void = () => undefined
  let reports = false
  watchConfig(
    factory,
    systemNamespace,
    'config-observability',
    parseEventingObservability,
    ({ sinkEventErrorReporting }) => {
      if (reports === sinkEventErrorReporting) return
      reports = sinkEventErrorReporting
      resync()
    },
    log
  )
  const installation = { image: world.sourceImage, apiServerUrl: apiServerUrl(process.env), reportsFailures: () => reports }
  const source = new ApiServerSourceReconciler({ world, objects, installation }, world.resolverFor('apiserversource'), recorder)
  return {
    name: 'apiserversource',
    reconcile: world.enveloped(recorder, {
      objects: objects.apiServerSources,
      conditions: apiServerSourceConditions,
      finalizer: 'apiserversources.sources.knative.dev',
      reconcile: (one) => source.reconcile(one)
    }),
    triggers: [
      triggeredBy(objects.apiServerSources.informer),
      triggeredBy(objects.deployments.informer, controllerKeys(apiServerSources)),
      // Namespaces come and go, and with them what a selector selects.
      triggeredBy(world.objects.namespaces.informer, () =>
        objects.apiServerSources
          .list()
          .filter(({ spec }) => spec.namespaceSelector !== undefined)
          .map(keyOf)
      )
    ],
    wake: (enqueue) => {
      resync = () => objects.apiServerSources.list().map(keyOf).forEach(enqueue)
    }
  }
}

function containerLoop(world: EventingWorld, objects: SourceObjects): EventingLoop {
  const recorder = world.recorderFor('containersource')
  const source = new ContainerSourceReconciler(objects, recorder)
  return {
    name: 'containersource',
    reconcile: world.enveloped(recorder, {
      objects: objects.containerSources,
      conditions: containerSourceConditions,
      leisureMs: world.leisureMs,
      reconcile: (one) => source.reconcile(one)
    }),
    triggers: [
      triggeredBy(objects.containerSources.informer),
      triggeredBy(objects.deployments.informer, controllerKeys(containerSources)),
      triggeredBy(objects.sinkBindings.informer, controllerKeys(containerSources))
    ]
  }
}

function bindingLoop(world: EventingWorld, objects: SourceObjects): EventingLoop {
  const subjects = new Subjects(world.factory)
  const binding = new SinkBindingReconciler(world, world.resolverFor('sinkbinding'), subjects)
  return {
    name: 'sinkbinding',
    reconcile: world.enveloped(world.recorderFor('sinkbinding'), {
      objects: objects.sinkBindings,
      conditions: sinkBindingConditions,
      finalizer: 'sinkbindings.sources.knative.dev',
      reconcile: (one) => binding.reconcile(one),
      finalize: (one) => binding.finalize(one)
    }),
    triggers: [triggeredBy(objects.sinkBindings.informer)],
    wake: (enqueue) =>
      subjects.onChange((kind, object) => bindingsOf(objects.sinkBindings.list(object.metadata.namespace), kind, object).forEach(enqueue))
  }
}

function eventTypesLoop(world: EventingWorld): EventingLoop {
  const kinds = new SourceKinds(world)
  const eventTypes = new SourceEventTypesReconciler(kinds, world.objects.eventTypes)
  return {
    name: 'source-eventtypes',
    reconcile: (key) => eventTypes.reconcile(key),
    // A replica that begins to lead looks at every source of every kind.
    triggers: [triggeredBy(kinds.definitions, kinds.keysOf), triggeredBy(world.objects.eventTypes.informer, kinds.controllerOf)],
    wake: (enqueue) => kinds.onChange(enqueue)
  }
}
