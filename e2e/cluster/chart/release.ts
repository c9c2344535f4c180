import { systemNamespace } from '@knative-ts/api/system'
import type { Rig } from '../rig/rig.ts'

/** Name of the release, and of the namespace that it is in unless a test says otherwise. */
export const releaseName = 'knative-ts'

/** Everything that the rig needs to have Serving from a chart of these images. */
export const valuesFor = (tag: string): readonly string[] => [
  '--set',
  `serving.image.tag=${tag}`,
  '--set-json',
  'serving.config.domain={"example.com":""}'
]

/** Objects of Serving itself that are left on the cluster, by kind and name; without CRDs, which stay. Those of the namespace only while it is there. */
export async function leftOvers(rig: Rig): Promise<readonly string[]> {
  const names = async (...query: string[]): Promise<string[]> =>
    (await rig.run('kubectl', 'get', ...query, '-o', 'name', '--ignore-not-found')).split('\n').filter((name) => name !== '')
  const ofCluster = await names('clusterroles,clusterrolebindings,validatingwebhookconfigurations,mutatingwebhookconfigurations')
  const ofNamespace = await names(
    'deployments,services,configmaps,secrets,serviceaccounts,roles,rolebindings,jobs,leases',
    '-n',
    systemNamespace
  )
  const images = await names('images.caching.internal.knative.dev', '-n', systemNamespace)
  // Kubernetes' own, which every namespace has.
  const given = ['configmap/kube-root-ca.crt', 'serviceaccount/default']
  return [...ofCluster.filter((name) => name.includes('knative')), ...[...ofNamespace, ...images].filter((name) => !given.includes(name))]
}
