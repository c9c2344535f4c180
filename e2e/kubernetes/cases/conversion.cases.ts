/** Conversion webhooks: what they are asked, and what becomes of what they answer. */
import { hookPath, type Behaviour } from '../hooks.ts'
import type { Case, Step } from '../recorded-case.ts'
import { defined, definition, GROUP, specSchema, thing, version } from './definition-builders.ts'

type Json = Readonly<Record<string, unknown>>

const schema = (member: string) => specSchema({ [member]: { type: 'string' }, other: { type: 'string' } })
const V2 = `/apis/${GROUP}/v2/namespaces/$NS/things`
const V1 = `/apis/${GROUP}/v1/namespaces/$NS/things`
const members = { v1: 'value', v2: 'worth' }

const twoVersions = (convert: Json, rest: Behaviour = {}, config: Json = {}) =>
  definition([version(schema('value')), version(schema('worth'), { name: 'v2', storage: false })], {
    conversion: {
      strategy: 'Webhook',
      webhook: {
        conversionReviewVersions: ['v1'],
        clientConfig: { url: `$HOOKS${hookPath('convert', { convert, ...rest })}`, caBundle: '$HOOKCA' },
        ...config
      }
    }
  })

const converting = (name: string, convert: Json, ...steps: Step[]): Case => ({
  name,
  steps: [
    ...defined(twoVersions({ members, ...convert })),
    { verb: 'wait', verb2: 'request', path: V2, status: 200, silent: true },
    ...steps
  ]
})
const create: Step = { verb: 'create', object: thing('one', { value: 'x', other: 'y' }) }
const get = (path = V2): Step => ({ verb: 'get', path: `${path}/one` })
const v2 = (name: string, spec: Json) => ({ apiVersion: `${GROUP}/v2`, kind: 'Thing', metadata: { name }, spec })

export const cases: readonly Case[] = [
  converting(
    'round trip',
    {},
    create,
    get(),
    { verb: 'request', method: 'POST', path: V2, body: v2('two', { worth: 'z' }) },
    { verb: 'get', path: `${V1}/two` },
    { verb: 'get', path: `${V2}/two`, show: ['spec', 'apiVersion'] }
  ),
  converting('what is asked', {}, create, get(), {
    verb: 'received',
    tag: 'convert',
    show: ['desiredAPIVersion', 'objects.0.apiVersion', 'objects.0.spec', 'objects.0.metadata.name']
  }),
  converting(
    'list and patch',
    {},
    create,
    { verb: 'list', path: V2, show: ['kind', 'apiVersion', 'items.0.spec', 'items.0.apiVersion'] },
    { verb: 'patch', path: `${V2}/one`, patch: { spec: { worth: 'new' } }, show: ['spec', 'apiVersion', 'metadata.generation'] },
    { ...get(V1), show: ['spec'] }
  ),
  converting(
    'apply in both versions',
    {},
    { verb: 'apply', path: `${V1}/one`, object: thing('one', { value: 'x' }), show: ['spec'] },
    { verb: 'apply', path: `${V2}/one`, object: v2('one', { worth: 'y' }), query: { fieldManager: 'other' } },
    {
      verb: 'apply',
      path: `${V2}/one`,
      object: v2('one', { worth: 'y' }),
      query: { fieldManager: 'other', force: 'true' },
      show: ['spec', 'apiVersion']
    },
    { verb: 'delete', path: `${V2}/one`, show: 'verdict' }
  ),
  converting('watch in the other version', {}, create, {
    verb: 'watch',
    path: V2,
    events: 2,
    within: 1500,
    show: ['apiVersion', 'spec'],
    steps: [{ verb: 'patch', path: `${V1}/one`, patch: { spec: { value: 'w' } }, show: ['spec'] }]
  }),
  converting(
    'the webhook fails',
    { result: { status: 'Failure', message: 'cannot' } },
    create,
    get(),
    { verb: 'list', path: V2 },
    { ...get(V1), show: ['spec'] }
  ),
  converting('the webhook fails without a message', { result: { status: 'Failure' } }, create, get()),
  converting('no status in the result', { result: {} }, create, get()),
  converting('a wrong uid', { uid: 'other' }, create, get()),
  converting('too few objects', { count: 0 }, create, get()),
  converting('another version than asked', { apiVersion: `${GROUP}/v9` }, create, get()),
  converting('another name', { metadata: { name: 'else' } }, create, get()),
  converting('another uid of the object', { metadata: { uid: 'else' } }, create, get()),
  converting('labels may change', { metadata: { labels: { by: 'hook' }, annotations: { a: 'b' } } }, create, {
    ...get(),
    show: ['metadata.labels', 'metadata.annotations', 'spec']
  }),
  converting('labels that are bad', { metadata: { labels: { 'a b': 'c' } } }, create, get()),
  converting('labels that are numbers', { metadata: { labels: { a: 1 } } }, create, get()),
  converting('finalizers may not change', { metadata: { finalizers: ['oracle.example/x'] } }, create, {
    ...get(),
    show: ['metadata.finalizers', 'spec']
  }),
  { name: 'no JSON', steps: [...defined(twoVersions({}, { text: 'hello' })), create, get()] },
  { name: 'status 500', steps: [...defined(twoVersions({}, { text: 'oops', status: 500 })), create, get()] },
  {
    name: 'nobody listens',
    steps: [...defined(twoVersions({}, {}, { clientConfig: { url: '$NOBODY/x', caBundle: '$HOOKCA' } })), create, get()]
  },
  { name: 'another kind of answer', steps: [...defined(twoVersions({}, { text: '{"apiVersion":"v1","kind":"Pod"}' })), create, get()] },
  {
    name: 'no response',
    steps: [...defined(twoVersions({}, { text: '{"apiVersion":"apiextensions.k8s.io/v1","kind":"ConversionReview"}' })), create, get()]
  },
  { name: 'unknown review versions alone', steps: [{ verb: 'create', object: twoVersions({}, {}, { conversionReviewVersions: ['v9'] }) }] }
]
