/** One request through all roles is one trace. Changes what all share: spans go to the roles' own output, where any installation can be asked for them. */
import { type Pod, pods } from '@knative-ts/api/kubernetes'
import { beforeAll, expect, it } from '@jest/globals'
import { imageOf } from '../../rig/installation.ts'
import { usePlatform } from '../../rig/platform.ts'
import { until } from '../../rig/until.ts'

const platform = usePlatform('tracing')
const system = 'knative-serving'
const off = { 'tracing-protocol': 'none', 'tracing-sampling-rate': '0' }

/** A line of `tracing-protocol: stdout`. */
interface Span {
  readonly span: string
  readonly kind: string
  readonly service: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly attributes: Readonly<Record<string, string | number>>
  readonly error?: string
}

let host: string

beforeAll(async () => {
  await platform.configure('config-observability', { 'tracing-protocol': 'stdout', 'tracing-sampling-rate': '1' })
  await platform.configure('config-autoscaler', { 'allow-zero-initial-scale': 'true' })
  const annotations = { 'autoscaling.knative.dev/initial-scale': '0' }
  ;({ host } = await platform.user.deploy({ name: 'traced', image: imageOf('inspector'), annotations }))
}, 240_000)

/** All spans that a container of the pods of a selector has written. */
async function spansOf(namespace: string, labelSelector: string, container: string): Promise<Span[]> {
  const { items } = await platform.client.list<Pod>(pods, { namespace, labelSelector })
  const logs = await Promise.all(
    items.map(({ metadata: { name } }) =>
      platform.client.raw({
        method: 'GET',
        path: `/api/v1/namespaces/${namespace}/pods/${name}/log?container=${container}&tailLines=5000`
      })
    )
  )
  return logs
    .filter(({ status }) => status === 200)
    .flatMap(({ body }) => body.split('\n').filter((line) => line.startsWith('{"span":')))
    .map((line) => JSON.parse(line) as Span)
}

/** The spans of the request for `path`, as soon as every role has written its own. */
async function traceOf(path: string): Promise<readonly Span[]> {
  const all = [
    ...(await spansOf(system, 'app=gateway', 'gateway')),
    ...(await spansOf(system, 'app=activator', 'activator')),
    ...(await spansOf(platform.namespace, 'serving.knative.dev/service=traced', 'queue-proxy'))
  ]
  const first = all.find(({ span, attributes }) => span === 'ingress' && attributes['url.path'] === path)
  return all.filter(({ traceId }) => traceId === first?.traceId)
}

const nameOf = ({ service, span }: Span): string => `${service} ${span}`

it('from the gateway through activator and queue-proxy to the user container', async () => {
  let asked = 0
  let chain: readonly Span[] = []
  let told = ''
  // Roles learn of the configuration one after the other, and so do revisions.
  await until(
    'a whole trace',
    async () => {
      const path = `/traced-${++asked}`
      const answer = await platform.http.get(host, path)
      expect(answer.status).toBe(200)
      told = String(answer.headers['x-traceparent'])
      chain = await until(
        'the spans of a request',
        async () => {
          const spans = await traceOf(path)
          return ['gateway ingress', 'activator GET', 'traced GET'].every((name) => spans.map(nameOf).includes(name)) && spans
        },
        30_000,
        1000
      )
      return true
    },
    180_000,
    1000
  )
  // What was sent again, because a pod was not there yet, has its spans twice: the last one arrived.
  const path: Span[] = []
  let at = chain.find(({ service, kind, spanId }) => service === 'traced' && kind === 'client' && told.includes(spanId))
  while (at !== undefined) {
    path.unshift(at)
    const { parentSpanId } = at
    at = chain.find(({ spanId }) => spanId === parentSpanId)
  }
  expect(path.map(nameOf)).toEqual([
    'gateway ingress',
    'gateway HTTP GET',
    'activator GET',
    'activator activator_proxy',
    `activator GET /traced-${asked}`,
    'traced GET',
    'traced kn.queueproxy.proxy',
    'traced HTTP GET'
  ])
  expect(chain.map(nameOf)).toEqual(expect.arrayContaining(['activator throttler_try']))
  const namespace = platform.namespace
  expect(path[0]?.attributes).toMatchObject({ 'kn.ingress.name': 'traced', 'k8s.namespace.name': namespace })
  for (const span of [path[0], path[2]]) expect(span?.attributes).toMatchObject({ 'kn.revision.name': 'traced-00001' })
  for (const { error } of path) expect(error).toBeUndefined()
}, 240_000)

it('nothing any more, once it is switched off', async () => {
  await platform.configure('config-observability', off)
  let asked = 0
  await until(
    'a request that leaves no trace',
    async () => {
      const { headers } = await platform.http.get(host, `/untraced-${++asked}`)
      return headers['x-traceparent'] === 'none'
    },
    180_000,
    1000
  )
}, 200_000)
