import type { KubeObject, Resource } from '@knative-ts/api'
import type { KubeClient, Selection } from './client.ts'
import type { Informer, InformerFactory, InformerOptions } from './informer.ts'
import type { ReflectorOptions } from './reflector.ts'
import { SharedInformer } from './shared-informer.ts'

/** Informers over `client`, one watch a resource and selection. Reconnects with 100 ms to 5 s between attempts unless told otherwise. */
export function createInformerFactory(client: KubeClient, options: ReflectorOptions = {}): InformerFactory {
  const shared = new Map<string, SharedInformer<KubeObject>>()
  let running: AbortSignal | undefined
  return {
    client,
    informer<T extends KubeObject>(resource: Resource<T>, given: InformerOptions<T> = {}): Informer<T> {
      const { indexes = {}, trim, ...selection } = given
      const name = trim === undefined ? nameOf(resource, selection) : `trimmed ${shared.size} ${nameOf(resource, selection)}`
      // The map is keyed by the resource, so what is filed under it is of the resource's type.
      const found = shared.get(name) as unknown as SharedInformer<T> | undefined
      const informer = found ?? new SharedInformer<T>(client, resource, selection, trim === undefined ? options : { ...options, trim })
      if (found === undefined) {
        shared.set(name, informer as unknown as SharedInformer<KubeObject>)
        if (running !== undefined) informer.start(running)
      }
      return informer.view(indexes)
    },
    async start(signal) {
      running = signal
      for (const informer of shared.values()) informer.start(signal)
      const stopped = new Promise<void>((resolve) => {
        if (signal.aborted) resolve()
        else signal.addEventListener('abort', () => resolve(), { once: true })
      })
      await Promise.race([Promise.all([...shared.values()].map((informer) => informer.synced())), stopped])
    }
  }
}

function nameOf(resource: Resource, selection: Selection): string {
  const { namespace = '', labelSelector = '', fieldSelector = '' } = selection
  return JSON.stringify([resource.group, resource.version, resource.plural, namespace, labelSelector, fieldSelector])
}
