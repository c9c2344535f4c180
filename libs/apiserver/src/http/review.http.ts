/** Reviews: resources that are questions. Nothing is stored. */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { secondTime } from '@knative-ts/kube'
import type { User } from '../auth/user.ts'
import type { Attributes } from '../auth/attributes.ts'
import type { ResourceType } from '../registry/resource-type.ts'
import { type Call } from '../requests/call.ts'
import { takeIn } from '../requests/intake.ts'
import { badRequest, invalid, invalidValue, methodNotAllowed, type Cause } from './errors.ts'
import type { Exchange } from './exchange.ts'
import { answer } from './answer.ts'
import { readObject } from './write-body.ts'
import type { ServerParts } from './server-parts.ts'
import { writeOptionsOf } from './write-options.ts'

type Answerer = (parts: ServerParts, call: Call, body: KubeObject) => Promise<object> | object

const ANSWERERS: Readonly<Record<string, Answerer>> = {
  'authorization.k8s.io/selfsubjectaccessreviews': ({ authorizer }, { user }, body) =>
    decide(authorizer, user, (body as k8s.SelfSubjectAccessReview).spec),
  'authorization.k8s.io/subjectaccessreviews': ({ authorizer }, _call, body) =>
    decideFor(authorizer, (body as k8s.SubjectAccessReview).spec),
  'authorization.k8s.io/localsubjectaccessreviews': ({ authorizer }, { namespace }, body) => {
    const { spec } = body as k8s.LocalSubjectAccessReview
    const elsewhere = spec.resourceAttributes?.namespace
    if (spec.resourceAttributes !== undefined && elsewhere !== namespace)
      throw invalid(REVIEW, '', [invalidValue('spec.resourceAttributes.namespace', elsewhere ?? '', 'must match metadata.namespace')])
    return decideFor(authorizer, spec)
  },
  'authorization.k8s.io/selfsubjectrulesreviews': ({ authorizer }, { user }, body) => {
    const { namespace = '' } = (body as k8s.SelfSubjectRulesReview).spec
    if (namespace === '') throw badRequest('no namespace on request')
    const rules = authorizer.rulesFor(user, namespace)
    return {
      incomplete: false,
      resourceRules: rules
        .filter(({ nonResourceURLs }) => (nonResourceURLs ?? []).length === 0)
        .map(({ verbs, apiGroups, resources, resourceNames }) => ({ verbs, apiGroups, resources, resourceNames })),
      nonResourceRules: rules
        .filter(({ nonResourceURLs }) => (nonResourceURLs ?? []).length > 0)
        .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs }))
    }
  },
  'authentication.k8s.io/selfsubjectreviews': (_parts, { user }) => ({ userInfo: userInfoOf(user) }),
  'authentication.k8s.io/tokenreviews': ({ authenticator }, _call, body) => {
    const { token = '', audiences } = (body as k8s.TokenReview).spec
    if (token === '') throw badRequest('token is required for TokenReview in authentication')
    const user = authenticator.byToken(token, audiences !== undefined && audiences.length > 0 ? audiences : undefined)
    if (user === undefined) return { user: {}, error: 'invalid bearer token' }
    return { authenticated: true, user: userInfoOf(user), ...(audiences === undefined ? {} : { audiences }) }
  }
}

/** Whether a type is a question. */
export const isReview = (type: ResourceType) => ANSWERERS[type.storage] !== undefined

/** Answers a question (POST only). */
export async function serveReview(parts: ServerParts, exchange: Exchange, call: Call): Promise<void> {
  const answerer = ANSWERERS[call.type.storage]
  if (answerer === undefined || exchange.request.method !== 'POST' || call.name !== '') throw methodNotAllowed()
  const asking = { ...call, ...writeOptionsOf('CreateOptions', exchange.query, exchange.request.headers['user-agent']) }
  const { object, problems } = await readObject(exchange, asking)
  takeIn(asking, object, problems)
  Object.assign(object, { spec: (object as { spec?: unknown }).spec ?? {} })
  const status = await answerer(parts, asking, object)
  const { metadata: _metadata, ...rest } = object
  const isSelf = call.type.storage === 'authentication.k8s.io/selfsubjectreviews'
  const metadata = {
    ...(call.namespace === '' ? {} : { namespace: call.namespace }),
    ...(isSelf ? { creationTimestamp: secondTime(parts.world.clock()) } : {})
  }
  const { spec: _spec, ...bare } = rest as KubeObject & { spec?: unknown }
  await answer(parts, exchange, asking, 201, { object: { ...(isSelf ? bare : rest), metadata, status } as KubeObject })
}

interface Question {
  readonly resourceAttributes?: k8s.ResourceAttributes
  readonly nonResourceAttributes?: k8s.NonResourceAttributes
}

/** The reference does not name the kind in these refusals. */
const REVIEW = { group: 'authorization.k8s.io', plural: '', kind: '' }
const ONE_OF_BOTH = 'exactly one of nonResourceAttributes or resourceAttributes must be specified'

function checkQuestion({ resourceAttributes, nonResourceAttributes }: Question): Cause[] {
  if (resourceAttributes != null && nonResourceAttributes != null)
    return [
      invalidValue(
        'spec.nonResourceAttributes',
        { Path: nonResourceAttributes.path ?? '', Verb: nonResourceAttributes.verb ?? '' },
        'cannot be specified in combination with resourceAttributes'
      )
    ]
  if (resourceAttributes == null && nonResourceAttributes == null) return [invalidValue('spec.resourceAttributes', null, ONE_OF_BOTH)]
  return []
}

function decide(authorizer: ServerParts['authorizer'], user: User, question: Question, more: readonly Cause[] = []): object {
  const causes = [...checkQuestion(question), ...more]
  if (causes.length > 0) throw invalid(REVIEW, '', causes)
  const { allowed, reason } = authorizer.authorize(user, attributesOf(question))
  return { allowed, ...(reason === '' ? {} : { reason }) }
}

function attributesOf({ resourceAttributes, nonResourceAttributes }: Question): Attributes {
  if (nonResourceAttributes != null) return { verb: nonResourceAttributes.verb ?? '', path: nonResourceAttributes.path ?? '' }
  const { verb = '', group = '', resource = '', subresource = '', namespace = '', name = '' } = resourceAttributes ?? {}
  return { verb, group, resource, subresource, namespace, name }
}

function decideFor(authorizer: ServerParts['authorizer'], spec: k8s.SubjectAccessReviewSpec): object {
  const { user = '', groups = [] } = spec
  const causes =
    user === '' && groups.length === 0 ? [invalidValue('spec.user', '', 'at least one of user or group must be specified')] : []
  return decide(authorizer, { name: user, groups }, spec, causes)
}

const userInfoOf = ({ name, uid, groups, extra }: User) => ({
  username: name,
  ...(uid === undefined ? {} : { uid }),
  groups,
  ...(extra === undefined ? {} : { extra })
})
