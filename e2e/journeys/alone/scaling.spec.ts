/** S030 S031 S034: how many pods a revision has, under load and without, as its annotations say. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { knativeServices, podAutoscalers, serverlessServices } from '@knative-ts/api'
import { endpointSlices, horizontalPodAutoscalers, pods, type EndpointSlice, type Pod } from '@knative-ts/api/kubernetes'
import { imageOf } from '../../rig/installation.ts'
import { serviceOf, type ServiceSketch } from '../../rig/knative-service.ts'
import { startLoad, type Load } from '../../rig/load.ts'
import { startPacedLoad } from '../../rig/paced-load.ts'
import { usePlatform } from '../../rig/platform.ts'
import { recordReplicas, type ReplicaRecord } from '../../rig/replica-record.ts'
import { gaugeOf } from '../../rig/role-metrics.ts'
import { killRole } from '../../rig/role-pods.ts'
import { sendRequest } from '../../rig/send-request.ts'
import { until } from '../../rig/until.ts'

const graceMs = 2_000

const sketch = (name: string, annotations: Readonly<Record<string, string>>, more: object = {}): ServiceSketch => ({
  name,
  image: imageOf('echo'),
  annotations: Object.fromEntries(Object.entries(annotations).map(([key, value]) => [`autoscaling.knative.dev/${key}`, value])),
  ...more
})

/** A target that is meant as it is said: no head room. */
const target = (value: string): Record<string, string> => ({ target: value, 'target-utilization-percentage': '100' })

/** On a busy machine two reports of an activator may fall into one second, and the panic window is one second here. */
const calm = { 'panic-threshold-percentage': '1000' }

const sketches = [
  sketch('rated', { metric: 'rps', ...target('17'), ...calm }),
  sketch('dense', { ...target('14'), ...calm }),
  sketch('bounded', { ...target('1'), 'min-scale': '2', 'max-scale': '3' }),
  sketch('delayed', { ...target('5'), 'max-scale': '2', 'scale-down-delay': '8s' }),
  sketch('kept', { 'scale-to-zero-pod-retention-period': '7s' }),
  sketch('three', { 'initial-scale': '3' }),
  // A panic window of one second is empty whenever nobody has reported yet in the second of the tick.
  sketch('zero', { 'initial-scale': '0', 'max-scale': '5', 'panic-window-percentage': '50', ...target('10') }),
  sketch('direct', { 'min-scale': '1', 'target-burst-capacity': '0' }),
  sketch('always', { 'min-scale': '1', 'target-burst-capacity': '-1' }),
  sketch('kube', { class: 'hpa.autoscaling.knative.dev', metric: 'cpu', target: '70', 'min-scale': '2', 'max-scale': '3' }),
  sketch('grey', { ...target('10'), 'max-scale': '6', ...calm })
]

let replicas: ReplicaRecord
// Before the platform's own: hooks run in the order in which they are written.
afterAll(() => replicas?.stop(), 30_000)
const platform = usePlatform('scaling')
const hosts: Record<string, string> = {}

beforeAll(async () => {
  const { client, namespace, user } = platform
  replicas = recordReplicas(client, namespace)
  const settings = { 'stable-window': '6s', 'scale-to-zero-grace-period': `${graceMs}ms`, 'allow-zero-initial-scale': 'true' }
  await platform.configure('config-autoscaler', settings)
  await until('initial-scale 0 is allowed', async () =>
    client.create(knativeServices, serviceOf({ ...sketch('first', { 'initial-scale': '0' }), namespace }))
  )
  Object.assign(hosts, await user.deployAll(sketches))
}, 270_000)

const revisionOf = (service: string): string => `${service}-00001`
const key = (service: string) => ({ namespace: platform.namespace, name: revisionOf(service) })
const most = (revision: string): number => Math.max(...replicas.of(revision).map(({ wanted }) => wanted))
const get = (service: string, path: string) => sendRequest({ ...platform.gateway, host: hosts[service] ?? '', path })

/** When the first load was told to end. */
let endedAt = Number.NaN

describe('initial-scale', () => {
  it('3 starts three pods before the Service is Ready', async () => {
    expect(most(revisionOf('three'))).toBe(3)
    expect(replicas.of(revisionOf('three')).some(({ ready }) => ready === 3)).toBe(true)
  })

  it('0 starts none, and the Service is Ready', () => {
    expect(most(revisionOf('zero'))).toBe(0)
  })
})

describe('class hpa', () => {
  it('leaves the pods to Kubernetes’ autoscaler within the bounds of the Service, and requests go to them directly', async () => {
    const { client } = platform
    const { spec } = await client.get(horizontalPodAutoscalers, key('kube'))
    const cpu = { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } }
    expect(spec).toMatchObject({ minReplicas: 2, maxReplicas: 3, metrics: [{ type: 'Resource', resource: cpu }] })
    const status = await until('both pods are told of', async () => {
      const pa = await client.get(podAutoscalers, key('kube'))
      return pa.status?.actualScale === 2 && pa.status
    })
    expect(status.conditions?.map(({ type, status: is }) => `${type}=${is}`).sort()).toEqual([
      'Active=True',
      'Ready=True',
      'SKSReady=True',
      'ScaleTargetInitialized=True'
    ])
    expect((await client.get(serverlessServices, key('kube'))).spec.mode).toBe('Serve')
    const { status: code, body } = await get('kube', '/')
    expect([code, body.includes('"K-Proxy-Request","activator"')]).toEqual([200, false])
  }, 120_000)
})

describe('target-burst-capacity', () => {
  const passesActivator = async (service: string): Promise<boolean> =>
    (await get(service, '/')).body.includes('"K-Proxy-Request","activator"')

  async function addressesOf(service: string): Promise<{ readonly mode: string; readonly addresses: readonly string[] }> {
    const { client } = platform
    const labelSelector = `kubernetes.io/service-name=${revisionOf(service)}`
    const [{ items }, sks] = await Promise.all([
      client.list<EndpointSlice>(endpointSlices, { namespace: platform.namespace, labelSelector }),
      client.get(serverlessServices, key(service))
    ])
    return {
      mode: sks.spec.mode ?? '',
      addresses: items.flatMap(({ endpoints = [] }) => endpoints?.flatMap(({ addresses }) => addresses) ?? [])
    }
  }

  const podAddresses = async (labelSelector: string, namespace: string): Promise<string[]> =>
    (await platform.client.list<Pod>(pods, { namespace, labelSelector })).items.map(({ status }) => status?.podIP ?? '')

  it('0: requests go to the pod without the activator', async () => {
    const own = await podAddresses('serving.knative.dev/service=direct', platform.namespace)
    expect(await addressesOf('direct')).toEqual({ mode: 'Serve', addresses: own })
    expect(await passesActivator('direct')).toBe(false)
    const held = get('direct', '/one?ms=5000')
    await until('the app has it', async () => (JSON.parse((await get('direct', '/seen')).body.toString()) as { now: number }).now === 1)
    expect((await gaugeOf(platform.client, 'activator', 'kn_revision_request_concurrency', revisionOf('direct'))) ?? 0).toBe(0)
    expect((await held).status).toBe(200)
  })

  it('-1: every request passes the activator, whatever the pods could take', async () => {
    const activators = await podAddresses('app=activator', 'knative-serving')
    expect(await addressesOf('always')).toEqual({ mode: 'Proxy', addresses: activators })
    expect(await passesActivator('always')).toBe(true)
    const held = get('always', '/sleep?ms=5000')
    await until(
      'the activator counts it',
      async () => (await gaugeOf(platform.client, 'activator', 'kn_revision_request_concurrency', revisionOf('always'))) === 1,
      5_000
    )
    expect((await held).status).toBe(200)
  })
})

it('S030 S031 a burst of 100 requests at once upon zero pods: all are answered, in panic, by several pods', async () => {
  const burst = startLoad({
    ...platform.gateway,
    host: hosts.zero ?? '',
    path: '/sleep?ms=500',
    connections: 100,
    reconnect: false
  })
  await until(
    'panic shows in the metrics',
    async () => (await gaugeOf(platform.client, 'autoscaler', 'kn_revision_panic_mode', revisionOf('zero'))) === 1
  )
  // 100 in flight at 10 a pod are 10, and max-scale is 5.
  await until('it is scaled out', async () => replicas.now(revisionOf('zero'))?.ready === 5)
  const { sent, failures } = await burst.stop()
  expect(sent).toBeGreaterThanOrEqual(200)
  expect(failures).toEqual([])
  expect(most(revisionOf('zero'))).toBe(5)
}, 180_000)

describe('under load', () => {
  const loads = new Map<string, Load>()

  // Where a test has failed they still run.
  afterAll(async () => {
    for (const load of loads.values()) await load.stop()
  }, 120_000)

  beforeAll(async () => {
    const { client } = platform
    const { spec } = serviceOf(sketch('grey', { ...target('4'), 'max-scale': '2' }))
    const traffic = ['grey-00001', 'grey-00002'].map((revisionName) => ({ revisionName, percent: 50 }))
    await client.patch(
      knativeServices,
      { namespace: platform.namespace, name: 'grey' },
      { type: 'merge', body: { spec: { ...spec, traffic } } }
    )
    await until('the second revision is routed', async () => (await platform.user.ready('grey')).status?.traffic?.length === 2)
    const closed = (host: string, connections: number): Load =>
      startLoad({ ...platform.gateway, host: hosts[host] ?? '', path: '/sleep?ms=500', connections, reconnect: true })
    loads.set('rated', startPacedLoad({ ...platform.gateway, host: hosts.rated ?? '', path: '/sleep?ms=100', perSecond: 25 }))
    loads.set('dense', closed('dense', 20))
    loads.set('bounded', closed('bounded', 8))
    loads.set('delayed', closed('delayed', 8))
    loads.set('grey', closed('grey', 40))
  }, 180_000)

  // Bounds hold when a window of 6 s has one report of a second too few or too many.
  it.each([
    ['metric rps (25 a second at 17 a pod)', 'rated-00001', 2, 2],
    ['target (20 at once at 14 a pod)', 'dense-00001', 2, 2],
    ['max-scale', 'bounded-00001', 3, 3],
    ['S034 of two revisions the first (about 20 at once at 10 a pod)', 'grey-00001', 2, 3],
    ['S034 of two revisions the second, with max-scale 2 (about 20 at once at 4 a pod),', 'grey-00002', 2, 2]
  ])(
    '%s decides the number of pods',
    async (_, revision, least, largest) => {
      await until(
        `${revision} has ${least} to ${largest} pods`,
        async () => {
          const { wanted, ready } = replicas.now(revision) ?? { wanted: 0, ready: 0 }
          return wanted === ready && ready >= least && ready <= largest
        },
        270_000
      )
    },
    360_000
  )

  it('max-scale is never passed', () => {
    expect([most('bounded-00001'), most('grey-00002'), most('delayed-00001')]).toEqual([3, 2, 2])
  })

  it('S031 a new autoscaler does not scale down what is loaded', async () => {
    const { client } = platform
    const began = performance.now()
    await killRole(client, 'autoscaler')
    await until(
      'a new autoscaler decides',
      async () => ((await gaugeOf(client, 'autoscaler', 'kn_revision_pods_desired', 'dense-00001')) ?? 0) >= 2,
      120_000
    )
    const until7s = performance.now() + 7_000
    await until('a window has passed', async () => performance.now() > until7s)
    const since = replicas.of('dense-00001').filter(({ at }) => at > began)
    // A busy machine answers more slowly, so more requests are under way at once; fewer than before they never are.
    expect(since.filter(({ wanted }) => wanted < 2)).toEqual([])
  }, 360_000)

  it('no request is lost', async () => {
    endedAt = performance.now()
    for (const [name, load] of loads) expect([name, (await load.stop()).failures]).toEqual([name, []])
  })
})

describe('when the load ends', () => {
  it('min-scale stays, and never was undercut', async () => {
    await until('it shrinks', async () => replicas.now('bounded-00001')?.wanted === 2, 120_000)
    const wanted = replicas.of('bounded-00001').map((change) => change.wanted)
    // A Deployment is born with initial-scale.
    expect(Math.min(...wanted.slice(wanted.indexOf(2)))).toBe(2)
  }, 450_000)

  it('scale-down-delay keeps the pods longer than the window does', async () => {
    const firstDrop = (revision: string): number => {
      const changes = replicas.of(revision)
      const drop = changes.find(({ at, wanted }, index) => at > endedAt && wanted < (changes[index - 1]?.wanted ?? 0))
      return (drop?.at ?? Number.NaN) - endedAt
    }
    await until('both shrink', async () => firstDrop('dense-00001') > 0 && firstDrop('delayed-00001') > 0, 120_000)
    expect(firstDrop('delayed-00001')).toBeGreaterThan(8_000)
  }, 450_000)

  it('a window of 6 s and the grace period lead to zero, and a request from there is answered', async () => {
    await until('it has no pod', async () => replicas.now('dense-00001')?.wanted === 0, 120_000)
    expect(performance.now() - endedAt).toBeGreaterThan(6_000)
    expect((await get('dense', '/')).status).toBe(200)
  }, 450_000)

  it('scale-to-zero-pod-retention-period keeps the last pod', async () => {
    await until('it has no pod', async () => replicas.now('kept-00001')?.wanted === 0, 120_000)
    const { status } = await platform.client.get(podAutoscalers, key('kept'))
    const inactive = status?.conditions?.find(({ type }) => type === 'Active')
    expect(inactive?.status).toBe('False')
    const last = replicas.of('kept-00001').find(({ wanted }) => wanted === 0)
    const keptMs = performance.timeOrigin + (last?.at ?? 0) - Date.parse(inactive?.lastTransitionTime ?? '')
    // The condition's time has seconds alone.
    expect(keptMs).toBeGreaterThan(6_900)
  }, 450_000)
})
