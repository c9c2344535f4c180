/** Sections 1.2, 8.1 and 9.1: the kinds as the API server publishes them, in discovery, in tables and in their schemas, and what may be done with them. */
import { beforeAll, describe, expect, it } from '@jest/globals'
import { pick } from '../kubernetes/expand.ts'
import { usePlatform } from '../rig/platform.ts'
import { until } from '../rig/until.ts'
import { kinds } from './scene/kinds.ts'
import { seenMs, settleMs } from './scene/settled.ts'

const platform = usePlatform('kinds')

async function json(path: string, accept = 'application/json'): Promise<unknown> {
  const { status, body } = await platform.client.raw({ method: 'GET', path, headers: { accept } })
  if (status !== 200) throw new Error(`${path}: ${status} ${body}`)
  return JSON.parse(body)
}

const table = 'application/json;as=Table;v=v1;g=meta.k8s.io'
const definitionOf = async (plural: string, group: string): Promise<unknown> =>
  json(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${plural}.${group}`)

describe.each(kinds)('$kind', ({ rule, kind, group, version, plural, shortNames, categories, namespaced, columns, labels }) => {
  it(`1.2 kinds/${rule} is discovered with its names, categories and scope`, async () => {
    const { resources } = (await json(`/apis/${group}/${version}`)) as { readonly resources: readonly { readonly name: string }[] }
    expect(resources.find(({ name }) => name === plural)).toMatchObject({
      kind,
      namespaced,
      categories: expect.arrayContaining([...categories]),
      ...(shortNames.length === 0 ? {} : { shortNames: expect.arrayContaining([...shortNames]) })
    })
  })

  if (columns.length > 0)
    it(`1.2 columns/${rule} are those of the reference`, async () => {
      const { columnDefinitions } = (await json(`/apis/${group}/${version}/${plural}`, table)) as {
        readonly columnDefinitions: readonly { readonly name: string }[]
      }
      expect(columnDefinitions.map(({ name }) => name)).toEqual(['Name', ...columns])
    })

  it('1.2 definitions/labels 1.2 definitions/duck-labels are on its definition', async () => {
    expect(pick(await definitionOf(plural, group), 'metadata.labels')).toMatchObject({
      'app.kubernetes.io/name': 'knative-serving',
      'app.kubernetes.io/version': expect.stringMatching(/./),
      'knative.dev/crd-install': 'true',
      ...labels
    })
  })

  it('1.2 definitions/one-version 1.2 definitions/status-only', async () => {
    const definition = await definitionOf(plural, group)
    const versions = pick(definition, 'spec.versions') as readonly { readonly name: string; readonly subresources?: object }[]
    expect(versions).toMatchObject([{ name: version, served: true, storage: true }])
    expect(pick(definition, 'spec.conversion.strategy') ?? 'None').toBe('None')
    expect(Object.keys(versions[0]?.subresources ?? {})).toEqual(['status'])
  })

  it('1.2 definitions/explain has a schema with words', async () => {
    const document = await json(`/openapi/v3/apis/${group}/${version}`)
    const schemas = Object.values(pick(document, 'components.schemas') as Record<string, object>)
    const own = schemas.find((schema) => pick(schema, 'x-kubernetes-group-version-kind.0.kind') === kind)
    expect(pick(own, 'description')).toEqual(expect.stringMatching(/\w+ \w+/))
    expect(pick(own, 'properties.spec.properties')).toBeDefined()
  })
})

describe('what a developer may do', () => {
  const collection = (plural: string): string => `/apis/serving.knative.dev/v1/namespaces/${platform.namespace}/${plural}`
  /** Every required field of the specification; nothing runs, for there is no such registry. */
  const container = {
    name: 'app',
    image: 'registry.example/app:v1',
    command: ['/app'],
    args: ['--one', 'two words'],
    env: [{ name: 'ONE', value: '1' }],
    ports: [{ name: 'http1', containerPort: 9000 }],
    resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '100m', memory: '64Mi' } },
    workingDir: '/somewhere',
    volumeMounts: [{ name: 'given', mountPath: '/given', readOnly: true }]
  }
  const spec = {
    template: {
      spec: {
        containerConcurrency: 7,
        timeoutSeconds: 33,
        containers: [container],
        volumes: [{ name: 'given', configMap: { name: 'given' } }]
      }
    },
    traffic: [{ latestRevision: true, percent: 100, tag: 'newest' }]
  }
  const ask = async (method: string, path: string, body?: object): Promise<readonly [status: number, answer: unknown]> => {
    const answer = await platform.client.raw({
      method,
      path,
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    return [answer.status, JSON.parse(answer.body)]
  }

  it(
    '8.1 api/service-verbs 8.1 api/required-fields 8.1 api/watch: create, get, list, watch, replace and delete a Service',
    async () => {
      const before = pick((await ask('GET', collection('services')))[1], 'metadata.resourceVersion')
      const one = `${collection('services')}/whole`
      const object = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', metadata: { name: 'whole' }, spec }
      const [created, made] = await ask('POST', collection('services'), object)
      expect([created, pick(made, 'spec')]).toMatchObject([201, spec])
      const [got, stored] = await ask('GET', one)
      expect([got, pick(stored, 'spec')]).toMatchObject([200, spec])
      const [, list] = await ask('GET', collection('services'))
      expect(pick(list, 'items')).toMatchObject([{ metadata: { name: 'whole' } }])
      const watched = await platform.client.raw({
        method: 'GET',
        path: `${collection('services')}?watch=true&timeoutSeconds=1&resourceVersion=${String(before)}`
      })
      expect(JSON.parse(watched.body.split('\n')[0] ?? '')).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'whole' } } })
      await until(
        'it is replaced, though its status is being written',
        async () => {
          const [, current] = await ask('GET', one)
          const [replaced, answer] = await ask('PUT', one, {
            ...(current as object),
            spec: { ...spec, traffic: [{ latestRevision: true, percent: 100, tag: 'other' }] }
          })
          if (replaced !== 409) expect([replaced, pick(answer, 'spec.traffic.0.tag')]).toEqual([200, 'other'])
          return replaced === 200
        },
        seenMs,
        500
      )
      for (const plural of ['configurations', 'routes']) {
        const name = await until(
          `${plural} are listed`,
          async () => pick((await ask('GET', collection(plural)))[1], 'items.0.metadata.name'),
          seenMs,
          500
        )
        expect(name).toBe('whole')
        expect((await ask('GET', `${collection(plural)}/whole`))[0]).toBe(200)
      }
      const revision = await until(
        'its Revision is listed',
        async () => pick((await ask('GET', collection('revisions')))[1], 'items.0'),
        seenMs,
        500
      )
      expect(pick(revision, 'spec')).toMatchObject(spec.template.spec)
      expect((await ask('GET', `${collection('revisions')}/${String(pick(revision, 'metadata.name'))}`))[0]).toBe(200)
      expect((await ask('DELETE', one))[0]).toBe(200)
      await until('it is gone', async () => (await ask('GET', one))[0] === 404, seenMs, 500)
    },
    settleMs
  )
})

describe('fields that Kubernetes has and Serving does not', () => {
  const rules = [{ action: 'Restart', exitCodes: { operator: 'In', values: [3] } }]
  const fileKeyRef = { volumeName: 'given', path: 'env', key: 'ONE' }
  const container = { image: 'registry.example/app:v1' }
  it.each([
    ['lifecycle', { containers: [{ ...container, lifecycle: {} }] }, 'containers.0.lifecycle'],
    ['restartPolicyRules', { containers: [{ ...container, restartPolicyRules: rules }] }, 'containers.0.restartPolicyRules'],
    [
      'fileKeyRef',
      { containers: [{ ...container, env: [{ name: 'ONE', valueFrom: { fileKeyRef } }] }] },
      'containers.0.env.0.valueFrom.fileKeyRef'
    ],
    ['nodeName', { containers: [container], nodeName: 'there' }, 'nodeName'],
    ['resources', { containers: [container], resources: { limits: { cpu: '1' } } }, 'resources']
  ])(
    '1.3 template/pruned-container 1.3 template/pruned-pod %s: left out with a warning, refused where validation is strict',
    async (name, spec, path) => {
      const object = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', metadata: { name: 'tried' }, spec: { template: { spec } } }
      const attempt = async (validation: string) => {
        const { status, body } = await platform.client.raw({
          method: 'POST',
          path: `/apis/serving.knative.dev/v1/namespaces/${platform.namespace}/services?dryRun=All&fieldValidation=${validation}`,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(object)
        })
        return { status, answer: JSON.parse(body) as { readonly message?: string } }
      }
      const strict = await attempt('Strict')
      expect([strict.status, strict.answer.message]).toEqual([
        400,
        expect.stringMatching(new RegExp(`(unknown field|must not set the field).*${name}`))
      ])
      const warned = await attempt('Warn')
      // Refused by name where the schema has the field, or by Kubernetes where nothing is left without it.
      if (warned.status !== 201) expect(warned.answer.message).toMatch(/must not set the field\(s\)|must specify one of/)
      expect(pick(warned.answer, `spec.template.spec.${path}`)).toBeUndefined()
    }
  )
})

describe('the system namespace', () => {
  let names: readonly string[]
  let maps: readonly { readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> } }[]

  beforeAll(async () => {
    const list = async (path: string) => (await json(path)) as { readonly items: typeof maps }
    names = (await list('/apis/apps/v1/namespaces/knative-serving/deployments')).items.map(({ metadata }) => metadata.name)
    maps = (await list('/api/v1/namespaces/knative-serving/configmaps')).items
  })

  it('0.1 system/namespace 0.1 system/roles has the roles, their pods labelled', async () => {
    expect(names).toEqual(expect.arrayContaining(['controller', 'webhook', 'autoscaler', 'activator']))
    for (const name of ['controller', 'webhook', 'autoscaler', 'activator']) {
      const deployment = await json(`/apis/apps/v1/namespaces/knative-serving/deployments/${name}`)
      expect(pick(deployment, 'spec.template.metadata.labels.app')).toBe(name)
    }
  })

  it.each([
    ['0.1 system/activator-service', 'activator-service', { 80: 8012, 81: 8013 }],
    ['0.1 system/webhook-service', 'webhook', { 443: 8443 }],
    ['0.1 system/autoscaler-service', 'autoscaler', { 8080: 8080 }]
  ])('%s', async (_, name, ports) => {
    const service = await json(`/api/v1/namespaces/knative-serving/services/${name}`)
    const found = pick(service, 'spec.ports') as readonly { readonly port: number; readonly targetPort: number }[]
    expect(Object.fromEntries(found.map(({ port, targetPort }) => [port, targetPort]))).toMatchObject(ports)
  })

  it.each([
    'autoscaler',
    'defaults',
    'deployment',
    'domain',
    'features',
    'gc',
    'network',
    'observability',
    'leader-election',
    'logging',
    'certmanager'
  ])('0.1 system/config-maps has config-%s with its labels', (name) => {
    expect(maps.find(({ metadata }) => metadata.name === `config-${name}`)?.metadata.labels).toMatchObject({
      'app.kubernetes.io/name': 'knative-serving',
      'app.kubernetes.io/component': expect.stringMatching(/./)
    })
  })

  it('0.1 system/leases are held by POD_UID', async () => {
    const { items } = (await json('/apis/coordination.k8s.io/v1/namespaces/knative-serving/leases')) as {
      readonly items: readonly { readonly metadata: { readonly name: string }; readonly spec: { readonly holderIdentity?: string } }[]
    }
    const own = items.filter(({ metadata }) => metadata.name.startsWith('controller.knative.dev.serving.pkg.reconciler.'))
    expect(own.length).toBeGreaterThanOrEqual(9)
    for (const { spec } of own) expect(spec.holderIdentity).toMatch(/^controller-.*_.+/)
  })

  it(
    '1.2 definitions/routing-certificate is there',
    async () => {
      const path = '/apis/networking.internal.knative.dev/v1alpha1/namespaces/knative-serving/certificates/routing-serving-certs'
      const certificate = await until('it is there', () => json(path), seenMs, 500)
      expect(pick(certificate, 'spec.dnsNames')).toEqual(expect.arrayContaining(['kn-routing', 'data-plane.knative.dev']))
      expect(pick(certificate, 'metadata.labels')).toMatchObject({ 'networking.knative.dev/certificate-type': 'system-internal' })
    },
    settleMs
  )

  it('1.2 definitions/queue-proxy-image is there', async () => {
    const image = await json('/apis/caching.internal.knative.dev/v1alpha1/namespaces/knative-serving/images/queue-proxy')
    expect(pick(image, 'spec.image')).toEqual(expect.stringMatching(/./))
  })

  it.each([
    ['mutatingwebhookconfigurations/webhook.serving.knative.dev', '/defaulting'],
    ['validatingwebhookconfigurations/validation.webhook.serving.knative.dev', '/resource-validation'],
    ['validatingwebhookconfigurations/config.webhook.serving.knative.dev', '/config-validation']
  ])('6.1 webhook/wired 6.1 webhook/rules-filled 6.1 webhook/exclude %s', async (path, called) => {
    const configuration = await json(`/apis/admissionregistration.k8s.io/v1/${path}`)
    expect(pick(configuration, 'webhooks.0')).toMatchObject({
      failurePolicy: 'Fail',
      sideEffects: 'None',
      timeoutSeconds: 10,
      clientConfig: {
        caBundle: expect.stringMatching(/./),
        service: { name: 'webhook', namespace: 'knative-serving', path: expect.stringContaining(called) }
      },
      rules: expect.arrayContaining([expect.anything()])
    })
    if (called !== '/config-validation')
      expect(pick(configuration, 'webhooks.0.namespaceSelector.matchExpressions')).toContainEqual({
        key: 'webhooks.knative.dev/exclude',
        operator: 'DoesNotExist'
      })
  })
})
