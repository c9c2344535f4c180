import { sameValue, type KReference, type Subscription, type Trigger } from '@knative-ts/api'
import { subjectAccessReviews } from '@knative-ts/api/kubernetes'
import type { KubeClient } from '@knative-ts/kube'
import type { AdmissionRequest } from '../review/admission-review.ts'
import type { AskCluster } from '../review/resource-validation.ts'

/** A Broker or a channel in another namespace, and the field that names it. */
interface Link {
  readonly field: string
  readonly reference: KReference
}

/** Whoever links to a Broker or a channel of another namespace must be allowed to subscribe there (verb `knsubscribe`). The rules ask for the feature. */
export function crossNamespaceAccess(client: KubeClient): AskCluster {
  return async (request) => {
    const link = newLinkIn(request)
    if (link === undefined) return undefined
    const { namespace = '', name, kind, apiVersion = '' } = link.reference
    const { username = '', groups = [] } = request.userInfo ?? {}
    const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''
    const { status } = await client.create(subjectAccessReviews, {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      metadata: {},
      spec: {
        user: username,
        groups: [...groups],
        resourceAttributes: { name, namespace, verb: 'knsubscribe', group, resource: pluralOf(kind) }
      }
    })
    if (status?.allowed === true) return undefined
    return `validation failed: user ${username} is not authorized to get target resource in namespace: ${namespace}: spec.${link.field}.namespace`
  }
}

/** A link that leaves the namespace, and that was not there before. */
function newLinkIn({ object, oldObject, namespace, subResource = '' }: AdmissionRequest): Link | undefined {
  const link = subResource === '' ? linkOf(object) : undefined
  const target = link?.reference.namespace ?? ''
  if (link === undefined || target === '' || target === namespace) return undefined
  return sameValue(link, linkOf(oldObject)) ? undefined : link
}

function linkOf(object: AdmissionRequest['object']): Link | undefined {
  if (object?.kind === 'Trigger') {
    const { brokerRef } = (object as Trigger).spec
    return brokerRef === undefined ? undefined : { field: 'brokerRef', reference: brokerRef }
  }
  return object?.kind === 'Subscription' ? { field: 'channel', reference: (object as Subscription).spec.channel } : undefined
}

const pluralOf = (kind: string): string => `${kind.toLowerCase()}s`
