import type { KubeObject, Resource } from '@knative-ts/api'
import { configMaps, namespaces, serviceAccounts } from '@knative-ts/api/kubernetes'
import { createReconcileLoop, equalJson, isAlreadyExists, isNotFound, settled, triggeredBy, type ReconcileLoop } from '@knative-ts/kube'
import type { ControllerContext } from '../controller-context.ts'

/** Published by Kubernetes with every bundle; the recorded answers contain it. */
const description =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.'

/** Keeps ServiceAccount `default` in every namespace. */
export function serviceAccountLoop(context: ControllerContext): ReconcileLoop {
  return contentLoop(context, 'service-account-controller', serviceAccounts, (namespace) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace }
  }))
}

/** Keeps ConfigMap `kube-root-ca.crt` with the server's CA in every namespace, as it is however somebody changes it. */
export function rootCaLoop(context: ControllerContext, rootCaPem: string): ReconcileLoop {
  return contentLoop(context, 'root-ca-publisher', configMaps, (namespace) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kube-root-ca.crt', namespace, annotations: { 'kubernetes.io/description': description } },
    data: { 'ca.crt': rootCaPem }
  }))
}

/** One object that every living namespace has. Made anew when it is deleted; `data` is put right when it differs. */
function contentLoop<T extends KubeObject & { data?: unknown }>(
  context: ControllerContext,
  name: string,
  resource: Resource<T>,
  contentOf: (namespace: string) => T
): ReconcileLoop {
  const { client, factory, log, clock } = context
  const informer = factory.informer(namespaces)
  const contents = factory.informer(resource)
  const wantedName = contentOf('').metadata.name
  return createReconcileLoop({
    name,
    log,
    clock,
    triggers: [
      triggeredBy(informer),
      triggeredBy(contents, (object) =>
        object.metadata.name === wantedName ? [{ namespace: '', name: object.metadata.namespace ?? '' }] : []
      )
    ],
    async reconcile(key) {
      const namespace = informer.cache.get(key)
      if (namespace === undefined || namespace.metadata.deletionTimestamp !== undefined) return settled
      const wanted = contentOf(key.name)
      const found = contents.cache.get({ namespace: key.name, name: wantedName ?? '' })
      try {
        if (found === undefined) await client.create(resource, wanted)
        else if (wanted.data !== undefined && !equalJson(found.data, wanted.data))
          await client.update(resource, { ...found, data: wanted.data })
      } catch (error) {
        // Already made by somebody faster, or the namespace went away meanwhile: both bring an event of their own.
        if (!isAlreadyExists(error) && !isNotFound(error)) throw error
      }
      return settled
    }
  })
}
