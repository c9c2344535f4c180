/** Bad input: what is refused at once, what fails within its progress deadline, and that each says why in words that lead to the cause. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { knativeServices, revisions, type Condition, type Service } from '@knative-ts/api'
import { configMaps } from '@knative-ts/api/kubernetes'
import { ApiError } from '@knative-ts/kube'
import { join } from 'node:path'
import { serviceOf, type ServiceSketch } from '../rig/knative-service.ts'
import { gatewayClient } from '../rig/service-request.ts'
import { root, startStandalone, type StandaloneProcess } from '../rig/standalone-process.ts'
import { until } from '../rig/until.ts'

let standalone: StandaloneProcess

beforeAll(async () => {
  standalone = await startStandalone({ args: ['--images', join(root, 'samples'), '--images', join(root, 'e2e/images')] })
}, 270_000)

afterAll(() => standalone?.stop(), 180_000)

const image = 'dev.local/hello'
const container = (more: object): object => ({ template: { spec: { containers: [{ image, ...more }] } } })
const revision = (more: object): object => ({ template: { spec: { containers: [{ image }], ...more } } })
const annotated = (annotations: object): object => ({ template: { metadata: { annotations }, spec: { containers: [{ image }] } } })

describe('the webhook refuses', () => {
  it.each<[what: string, spec: object, message: string]>([
    ['no image', { template: { spec: { containers: [{ name: 'web' }] } } }, 'missing field(s): spec.template.spec.containers[0].image'],
    ['no container', { template: { spec: { containers: [] } } }, 'missing field(s): spec.template.spec.containers'],
    ['a negative concurrency', revision({ containerConcurrency: -1 }), 'expected 0 <= -1 <= 1000: spec.template.spec.containerConcurrency'],
    ['a timeout above the limit', revision({ timeoutSeconds: 601 }), 'expected 0 <= 601 <= 600: spec.template.spec.timeoutSeconds'],
    [
      'a reserved variable',
      container({ env: [{ name: 'K_SERVICE', value: 'x' }] }),
      '"K_SERVICE" is a reserved environment variable: spec.template.spec.containers[0].env[0].name'
    ],
    [
      'a port name of its own',
      container({ ports: [{ containerPort: 8080, name: 'H2C' }] }),
      "Port name H2C is not allowed: spec.template.spec.containers[0].ports\nName must be empty, or one of: 'h2c', 'http1'"
    ],
    [
      'a target of 0',
      annotated({ 'autoscaling.knative.dev/target': '0' }),
      'target 0 should be at least 0.01: spec.template.metadata.annotations.autoscaling.knative.dev/target'
    ],
    [
      'a retention below 0',
      annotated({ 'autoscaling.knative.dev/scale-to-zero-pod-retention-period': '-1s' }),
      'expected 0s <= -1s <= 1h0m0s: spec.template.metadata.annotations.autoscaling.knative.dev/scale-to-zero-pod-retention-period'
    ],
    [
      'shares that are more than everything',
      {
        ...revision({}),
        traffic: [
          { latestRevision: true, percent: 51 },
          { revisionName: 'bad-00001', percent: 50 }
        ]
      },
      'Traffic targets sum to 101, want 100: spec.traffic'
    ],
    [
      'a reserved path',
      {
        template: {
          spec: { containers: [{ image, volumeMounts: [{ name: 'v', mountPath: '/dev/' }] }], volumes: [{ name: 'v', emptyDir: {} }] }
        }
      },
      'mountPath "/dev" is a reserved path: spec.template.spec.containers[0].volumeMounts[0].mountPath'
    ],
    [
      'a security context of the pod',
      revision({ securityContext: { runAsNonRoot: true } }),
      'must not set the field(s): spec.template.spec.securityContext, spec.template.spec.securityContext.runAsNonRoot'
    ]
  ])('%s, and names the field', async (_, spec, message) => {
    const service = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', metadata: { name: 'bad', namespace: 'default' }, spec }
    const refusal = await standalone.client.create(knativeServices, service as Service).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(ApiError)
    const prefix = 'admission webhook "validation.webhook.serving.knative.dev" denied the request: validation failed: '
    expect(refusal).toMatchObject({ code: 400, message: `${prefix}${message}` })
  })
})

const deadlineMs = 5_000
const deadline = { 'serving.knative.dev/progress-deadline': '5s' }

/** The revision's condition once it is False, and the Service's conditions then. */
async function failureOf(sketch: ServiceSketch, type: string): Promise<{ failure: Condition; service: readonly Condition[]; ms: number }> {
  const { client } = standalone
  const began = performance.now()
  await client.create(knativeServices, serviceOf({ ...sketch, annotations: deadline }))
  const failure = await until(`${type} of ${sketch.name} is False`, async () => {
    const { status } = await client.get(revisions, { namespace: 'default', name: `${sketch.name}-00001` })
    return status?.conditions?.find((condition) => condition.type === type && condition.status === 'False')
  })
  const ms = performance.now() - began
  const service = await until(`Service ${sketch.name} says so`, async () => {
    const { status } = await client.get(knativeServices, { namespace: 'default', name: sketch.name })
    return status?.conditions?.some((each) => each.type === 'ConfigurationsReady' && each.status === 'False') && status.conditions
  })
  return { failure, service, ms }
}

describe('within its progress deadline', () => {
  beforeAll(async () => {
    const body = { data: { 'kubernetes.podspec-init-containers': 'enabled' } }
    await standalone.client.patch(configMaps, { namespace: 'knative-serving', name: 'config-features' }, { type: 'merge', body })
    // The webhook follows the ConfigMap: until it does, it refuses.
    const probe = serviceOf({ name: 'probe' })
    const spec = { template: { spec: { ...probe.spec.template?.spec, initContainers: [{ name: 'first', image }] } } }
    await until('init containers are admitted', async () => {
      await standalone.client.create(knativeServices, { ...probe, spec } as Service, { dryRun: true })
      return true
    })
  })

  it.each<[what: string, sketch: ServiceSketch, type: string, reason: string | RegExp, words: string]>([
    [
      'an image that does not exist',
      { name: 'no-image', image: 'dev.local/nowhere' },
      'ResourcesAvailable',
      /^(ErrImagePull|ImagePullBackOff)$/,
      'no package directory "nowhere" under the image roots'
    ],
    [
      'a container that crashes',
      { name: 'crashing', image: 'dev.local/crashing' },
      'ContainerHealthy',
      'ExitCode7',
      'cannot reach the database at db:5432'
    ],
    [
      'a readiness probe that fails',
      { name: 'unready', image: 'dev.local/unready', container: { readinessProbe: { httpGet: { path: '/', port: 8080 } } } },
      'ResourcesAvailable',
      'ProgressDeadlineExceeded',
      'still warming the cache'
    ],
    [
      'a port that never opens',
      { name: 'closed', image: 'dev.local/closed' },
      'ResourcesAvailable',
      'ProgressDeadlineExceeded',
      'waiting for a lock that nobody gives back'
    ]
  ])(
    '%s ends in its condition and reason, with its own words',
    async (_, sketch, type, reason, words) => {
      const { failure, service, ms } = await failureOf(sketch, type)
      expect(failure).toMatchObject({ reason: typeof reason === 'string' ? reason : expect.stringMatching(reason) })
      expect(failure.message).toContain(words)
      expect(ms).toBeLessThan(deadlineMs + 20_000)
      const configured = service.find((condition) => condition.type === 'ConfigurationsReady')
      expect(configured).toMatchObject({ reason: 'RevisionFailed' })
      expect(configured?.message).toContain(`Revision "${sketch.name}-00001" failed with message: `)
      expect(configured?.message).toContain(words)
      expect(service.find((condition) => condition.type === 'Ready')).toMatchObject({ status: 'False' })
    },
    180_000
  )

  it('an init container that fails ends in its exit code, with its own words', async () => {
    const { client } = standalone
    const plain = serviceOf({ name: 'failing-init', annotations: deadline })
    const initContainers = [{ name: 'migrate', image: 'dev.local/failing-init' }]
    const { template } = plain.spec
    const spec = { template: { ...template, spec: { ...template?.spec, initContainers } } }
    const began = performance.now()
    await client.create(knativeServices, { ...plain, spec } as Service)
    const failed = await until('the revision has failed', async () => {
      const { status } = await client.get(revisions, { namespace: 'default', name: 'failing-init-00001' })
      return status?.conditions?.find(({ type, status: value }) => type === 'ContainerHealthy' && value === 'False')
    })
    expect(failed).toMatchObject({ reason: 'ExitCode3', message: expect.stringContaining('migration 12 does not apply') })
    expect(performance.now() - began).toBeLessThan(deadlineMs + 20_000)
  }, 180_000)
})

it('an unknown host is 404 at the gateway', async () => {
  const http = gatewayClient(standalone.gatewayPort)
  expect(await http.get('nobody.default.localhost')).toMatchObject({ status: 404 })
  http.close()
})

describe('the API server answers a Status, and lives on, to', () => {
  const configs = '/api/v1/namespaces/default/configmaps'
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'target' } }
  const json = 'application/json'

  beforeAll(async () => {
    await standalone.client.raw({ method: 'POST', path: configs, headers: { 'content-type': json }, body: JSON.stringify(object) })
  })

  it.each<[what: string, code: number, method: string, path: string, type: string, body: string]>([
    ['JSON that ends too early', 400, 'POST', configs, json, '{"apiVersion": "v1", '],
    ['JSON that is a number', 400, 'POST', configs, json, '7'],
    ['JSON nested 100,000 deep', 400, 'POST', configs, json, `${'['.repeat(100_000)}`],
    ['YAML with a tab', 400, 'POST', configs, 'application/yaml', 'kind: ConfigMap\n\tmetadata: {}'],
    ['protobuf that is none', 400, 'POST', configs, 'application/vnd.kubernetes.protobuf', 'k8s\0\u0001\u0002'],
    ['a content type nobody knows', 415, 'POST', configs, 'text/cat', 'meow'],
    ['a JSON patch that is no list', 400, 'PATCH', `${configs}/target`, 'application/json-patch+json', '{"op": "add"}'],
    [
      'a JSON patch of an unknown operation',
      422,
      'PATCH',
      `${configs}/target`,
      'application/json-patch+json',
      '[{"op": "burn", "path": "/data"}]'
    ],
    ['a merge patch that is no JSON', 400, 'PATCH', `${configs}/target`, 'application/merge-patch+json', '{data'],
    [
      'a strategic patch of an unknown directive (500, as upstream)',
      500,
      'PATCH',
      `${configs}/target`,
      'application/strategic-merge-patch+json',
      '{"$patch": "burn"}'
    ],
    ['an apply without a field manager', 422, 'PATCH', `${configs}/target`, 'application/apply-patch+yaml', JSON.stringify(object)],
    ['a label selector that cannot be read', 400, 'GET', `${configs}?labelSelector=${encodeURIComponent('a in (')}`, '', ''],
    ['a field selector of an unknown field', 400, 'GET', `${configs}?fieldSelector=data.colour%3Dred`, '', ''],
    ['a continue token that is none', 400, 'GET', `${configs}?limit=1&continue=${'%7B'.repeat(20)}`, '', ''],
    ['a limit that is a word', 400, 'GET', `${configs}?limit=many`, '', '']
  ])('%s', async (_, code, method, path, type, body) => {
    const answer = await standalone.client.raw({
      method,
      path,
      ...(type === '' ? {} : { headers: { 'content-type': type } }),
      ...(body === '' ? {} : { body })
    })
    expect({ status: answer.status, body: JSON.parse(answer.body) as unknown }).toMatchObject({
      status: code,
      body: { kind: 'Status', status: 'Failure', message: expect.stringMatching(/./) }
    })
    const live = await standalone.client.raw({ method: 'GET', path: '/livez' })
    expect(live).toMatchObject({ status: 200, body: 'ok' })
  })
})
