import type { ApiServerSource } from '@knative-ts/api'
import { subjectAccessReviews, type SubjectAccessReview } from '@knative-ts/api/kubernetes'
import type { KubeClient } from '@knative-ts/kube'
import type { WatchedNamespaces } from './watched-namespaces.ts'
import type { WatchedResource } from './watched-resources.ts'

const verbs = ['get', 'list', 'watch']

/** Asks the API server whether the ServiceAccount of a source may watch; what it may not, in words for people, and undefined when all is well. */
export async function missingPermissions(
  client: KubeClient,
  { metadata, spec }: ApiServerSource,
  { names, all }: WatchedNamespaces,
  resources: readonly WatchedResource[]
): Promise<{ readonly reason: string; readonly words: string } | undefined> {
  const user = `system:serviceaccount:${metadata.namespace}:${spec.serviceAccountName || 'default'}`
  const questions = (all ? [''] : names).flatMap((namespace) =>
    resources.flatMap(({ gvr }) =>
      verbs.map((verb) => ({ namespace, verb, group: gvr.Group, version: gvr.Version, resource: gvr.Resource }))
    )
  )
  const answers = await Promise.all(
    questions.map(async (resourceAttributes) => {
      const review = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        metadata: {},
        spec: { user, resourceAttributes }
      }
      const { status } = await client.create(subjectAccessReviews, review as SubjectAccessReview)
      return { ...resourceAttributes, status }
    })
  )
  const missing = answers.filter(({ status }) => status?.allowed !== true)
  if (missing.length === 0) return undefined
  const list = missing.map(
    ({ verb, resource, group, namespace }) => `${verb} resource "${resource}" in API group "${group}" in Namespace "${namespace}"`
  )
  const reason = missing.at(-1)?.status?.reason ?? ''
  return { reason: /^[A-Za-z]\w*$/.test(reason) ? reason : 'InsufficientPermissions', words: `User ${user} cannot ${list.join(', ')}` }
}
