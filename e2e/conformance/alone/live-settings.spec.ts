/** Sections 7 and 2.4: what an administrator changes takes effect at once, without a restart. */
import { beforeAll, describe, expect, it } from '@jest/globals'
import { ingresses, knativeServices, revisions, routes, type Service } from '@knative-ts/api'
import { imageOf } from '../../rig/installation.ts'
import { serviceOf } from '../../rig/knative-service.ts'
import { usePlatform } from '../../rig/platform.ts'
import { sendRequest } from '../../rig/send-request.ts'
import { until } from '../../rig/until.ts'
import { annotationsOf, at } from '../scene/behind.ts'
import { says, settled, settleMs } from '../scene/settled.ts'

const platform = usePlatform('live')
const image = imageOf('inspector')
const key = (name: string) => ({ namespace: platform.namespace, name })
const ksvc = (name: string, isSo: (service: Service) => boolean) => settled(platform.client, knativeServices, key(name), isSo)
const urlOf = (service: Service): string => String(at(service, 'status.url'))
const ready = { type: 'Ready', status: 'True' }
const version = (text: string) => ({ spec: serviceOf({ name: 'followed', image, env: { VERSION: text } }).spec })
const change = (body: object) => platform.client.patch(knativeServices, key('followed'), { type: 'merge', body })

beforeAll(async () => {
  await platform.user.deploy({ name: 'followed', image, env: { VERSION: '1' } })
  await change({ spec: { traffic: [{ latestRevision: true, percent: 100, tag: 'first' }] } })
  await ksvc('followed', (one) => says(one, ready) && at(one, 'status.traffic.0.tag') === 'first')
}, settleMs)

it(
  '7.7 network/live 7.7 network/tag-template 7.7 network/domain-template change the URLs',
  async () => {
    await platform.configure('config-network', {
      'tag-template': '{{.Name}}-is-{{.Tag}}',
      'domain-template': '{{.Name}}-in-{{.Namespace}}.{{.Domain}}'
    })
    const found = await ksvc('followed', (one) => urlOf(one).includes(`followed-in-${platform.namespace}.`) && says(one, ready))
    expect(at(found, 'status.traffic.0.url')).toContain(`followed-is-first-in-${platform.namespace}.`)
    expect((await platform.http.get(new URL(urlOf(found)).host)).body).toBe('1\n')
  },
  settleMs
)

it(
  '7.4 domain/live a new domain changes the URL',
  async () => {
    await platform.configure('config-domain', { 'other.example.com': 'selector:\n  tier: gold\n' })
    await change({ metadata: { labels: { tier: 'gold' } } })
    const found = await ksvc('followed', (one) => new URL(urlOf(one)).hostname.endsWith('.other.example.com') && says(one, ready))
    expect((await platform.http.get(new URL(urlOf(found)).host)).body).toBe('1\n')
    await change({ metadata: { labels: { tier: null } } })
    await ksvc('followed', (one) => !urlOf(one).includes('other.example.com') && says(one, ready))
  },
  settleMs
)

it(
  '7.2 defaults/live the next Service has the new defaults',
  async () => {
    await platform.configure('config-defaults', {
      'revision-timeout-seconds': '123',
      'container-concurrency': '7',
      'container-name-template': 'main'
    })
    const tried = await until(
      'the webhook follows',
      async () => {
        const object = { ...serviceOf({ name: 'tried', namespace: platform.namespace, image }) }
        const found = await platform.client.create(knativeServices, object, { dryRun: true })
        return at(found, 'spec.template.spec.timeoutSeconds') === 123 && found
      },
      settleMs,
      500
    )
    expect(at(tried, 'spec.template.spec')).toMatchObject({ containerConcurrency: 7, containers: [{ name: 'main' }] })
  },
  settleMs
)

it(
  '2.3 revision/log-url 1.3 status/revision-log-url 7.8 observability/resync is the template with the UID, of revisions that are there too',
  async () => {
    await platform.configure('config-observability', { 'logging.revision-url-template': 'http://logs.example.com/${REVISION_UID}' })
    const found = await settled(platform.client, revisions, key('followed-00001'), (one) => at(one, 'status.logUrl') !== undefined)
    expect(at(found, 'status.logUrl')).toBe(`http://logs.example.com/${found.metadata.uid}`)
  },
  settleMs
)

describe('tag-header-based-routing', () => {
  beforeAll(async () => {
    await platform.configure('config-features', { 'tag-header-based-routing': 'enabled' })
    await change(version('2'))
    await change({
      spec: {
        traffic: [
          { revisionName: 'followed-00001', percent: 0, tag: 'first' },
          { latestRevision: true, percent: 100 }
        ]
      }
    })
    await ksvc('followed', (one) => at(one, 'status.latestReadyRevisionName') === 'followed-00002' && says(one, ready))
    await settled(platform.client, ingresses, key('followed'), (one) => JSON.stringify(one.spec).includes('Knative-Serving-Tag'))
    await ksvc('followed', (one) => says(one, ready))
  }, settleMs)

  it(
    '2.4 route/tag-header 7.5 features/live leads by the header, and not without it',
    async () => {
      const host = new URL(urlOf(await platform.client.get(knativeServices, key('followed')))).host
      const body = async (headers: Record<string, string>): Promise<string> =>
        (await sendRequest({ ...platform.gateway, host, headers })).body.toString()
      await until('the gateway follows', async () => (await body({ 'Knative-Serving-Tag': 'first' })) === '1\n', settleMs, 500)
      expect([await body({}), await body({ 'Knative-Serving-Tag': 'none' })]).toEqual(['2\n', '2\n'])
    },
    settleMs
  )

  it('2.4 route/default-route-header is set on the way without a tag', async () => {
    const ingress = await platform.client.get(ingresses, key('followed'))
    expect(JSON.stringify(at(ingress, 'spec.rules'))).toContain('"Knative-Serving-Default-Route":"true"')
  })
})

it(
  '2.4 rollout/in-progress shows its shares and is not Ready until it is over',
  async () => {
    await change({
      metadata: { annotations: { 'serving.knative.dev/rollout-duration': '15s' } },
      spec: { traffic: [{ latestRevision: true, percent: 100 }] }
    })
    await settled(platform.client, routes, key('followed'), (one) => annotationsOf(one)['serving.knative.dev/rollout-duration'] === '15s')
    await ksvc('followed', (one) => says(one, ready))
    await change(version('3'))
    const going = await settled(platform.client, routes, key('followed'), (one) =>
      says(one, { type: 'IngressReady', reason: 'RolloutInProgress' })
    )
    const shares = at(going, 'status.traffic') as readonly { readonly revisionName: string; readonly percent: number }[]
    expect(shares.map(({ revisionName }) => revisionName)).toEqual(['followed-00002', 'followed-00003'])
    expect(shares.reduce((sum, { percent }) => sum + percent, 0)).toBe(100)
    const over = await ksvc('followed', (one) => says(one, ready) && at(one, 'status.traffic.0.revisionName') === 'followed-00003')
    expect(at(over, 'status.traffic')).toHaveLength(1)
  },
  settleMs
)
