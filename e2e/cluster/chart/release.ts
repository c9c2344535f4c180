import { partNames, parts } from '@knative-ts/api/system'
import type { Rig } from '../rig/rig.ts'

/** Name of the release, and of the namespace that it is in unless a test says otherwise. */
export const releaseName = 'knative-ts'

/** Everything that the rig needs to have both parts from a chart of these images. */
export const valuesFor = (tag: string): readonly string[] => [
  '--set',
  `serving.image.tag=${tag},eventing.image.tag=${tag},eventing.enabled=true`,
  '--set-json',
  'serving.config.domain={"example.com":""}'
]

/** Objects of the parts themselves that are left on the cluster, by kind and name; without CRDs, which stay. Those of a namespace only while it is there. */
export async function leftOvers(rig: Rig): Promise<readonly string[]> {
  const names = async (...query: string[]): Promise<string[]> =>
    (await rig.run('kubectl', 'get', ...query, '-o', 'name', '--ignore-not-found')).split('\n').filter((name) => name !== '')
  const [labelled, ofCluster, images, ...ofNamespaces] = await Promise.all([
    names(everywhere, '-l', `app.kubernetes.io/name in (${partNames.map((part) => parts[part].namespace).join(',')})`),
    names(everywhere),
    names('images.caching.internal.knative.dev', '-n', parts.serving.namespace),
    ...partNames.map((part) => names(namespaced, '-n', parts[part].namespace))
  ])
  // Kubernetes' own, which every namespace has.
  const given = ['configmap/kube-root-ca.crt', 'serviceaccount/default']
  return [
    ...new Set([...labelled, ...ofCluster.filter((name) => name.includes('knative'))]),
    ...[...ofNamespaces.flat(), ...images].filter((name) => !given.includes(name))
  ]
}

const everywhere = 'clusterroles,clusterrolebindings,validatingwebhookconfigurations,mutatingwebhookconfigurations'
const namespaced = 'deployments,statefulsets,services,configmaps,secrets,serviceaccounts,roles,rolebindings,jobs,leases'
