/** The chart says what standalone does, in every profile as its values say, and nothing that they do not. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import type { KubeObject } from '@knative-ts/api'
import { customResourceDefinitions } from '@knative-ts/api/crds'
import { systemObjects } from '@knative-ts/api/system'
import { describeWhere } from '@knative-ts/testing/prerequisites'
import { parse } from 'yaml'
import { goldenFolder, goldenOf, profiles } from './goldens.ts'
import { eventingChart, helm, helmObstacle, render, renderText, servingChart, umbrella } from './render.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
const keyOf = ({ kind, metadata }: KubeObject): string => `${kind} ${metadata.name}`
const find = (objects: readonly KubeObject[], key: string) => objects.find((object) => keyOf(object) === key) as unknown

/** As the API server would have it: what helm alone understands is gone. */
function withoutHelm(object: KubeObject): KubeObject {
  const { annotations = {}, ...metadata } = object.metadata
  const left = Object.entries(annotations).filter(([name]) => !name.startsWith('helm.sh/'))
  return { ...object, metadata: { ...metadata, ...(left.length === 0 ? {} : { annotations: Object.fromEntries(left) }) } }
}

describeWhere('the chart', helmObstacle())('the chart', () => {
  it.each([
    ['as it comes', {}, {}],
    [
      'with replicas, configuration and annotations',
      { replicas: { gateway: 3 }, configuration: { 'config-domain': { 'example.com': '' } }, podAnnotations: { a: 'b' } },
      ['serving.gateway.replicas=3', 'serving.config.domain={"example.com":""}', 'serving.podAnnotations={"a":"b"}']
    ]
  ])('makes the very objects that standalone applies, %s', (_, options, set) => {
    const wanted = [
      ...customResourceDefinitions('serving'),
      ...systemObjects({ version, image: (name) => `dev.local/knative-ts/${name}:${version}`, ...options })
    ]
    const made = new Map(render(Array.isArray(set) ? { set } : {}).map((object) => [keyOf(object), withoutHelm(object)]))
    // Through JSON: what is undefined is not there.
    const same = JSON.parse(JSON.stringify(wanted)) as KubeObject[]
    expect(same.map((object) => made.get(keyOf(object)))).toEqual(same)
  })

  it('adds nothing to them but what helm needs', () => {
    const known = new Set([...customResourceDefinitions('serving'), ...systemObjects({ version, image: () => 'x' })].map(keyOf))
    const more = render().filter((object) => !known.has(keyOf(object)))
    expect(more.map(keyOf).sort()).toEqual([
      'ClusterRole knative-serving-uninstall',
      'ClusterRoleBinding knative-serving-uninstall',
      'Job knative-serving-uninstall',
      'Pod knative-serving-test',
      'Role knative-serving-uninstall',
      'RoleBinding knative-serving-uninstall',
      'Service metrics',
      'ServiceAccount knative-serving-uninstall'
    ])
  })

  it('of Serving alone makes the same', () => {
    const alone = renderText({ chart: servingChart }).replaceAll('# Source: serving/', '# Source: knative-ts/charts/serving/')
    expect(alone).toBe(renderText({ set: ['eventing.enabled=false'] }))
  })

  it('of Eventing alone makes the very objects that standalone applies for it', () => {
    const wanted = [
      ...customResourceDefinitions('eventing'),
      ...systemObjects({ version, image: (name) => `dev.local/knative-ts/${name}:${version}` }, 'eventing')
    ]
    const made = new Map(render({ chart: eventingChart }).map((object) => [keyOf(object), withoutHelm(object)]))
    const same = JSON.parse(JSON.stringify(wanted)) as KubeObject[]
    expect(same.map((object) => made.get(keyOf(object)))).toEqual(same)
  })

  it('keeps events on as large a volume, of whatever class, as its values say', () => {
    const made = render({ chart: eventingChart, set: ['eventLog.storage={"size":"50Gi","className":"fast"}'] })
    expect(find(made, 'StatefulSet event-log')).toMatchObject({
      spec: { volumeClaimTemplates: [{ spec: { storageClassName: 'fast', resources: { requests: { storage: '50Gi' } } } }] }
    })
  })

  it('refuses the embedded log in production unless somebody takes it knowingly', () => {
    const production = { chart: eventingChart, values: [`${eventingChart}/values-production.yaml`] }
    expect(() => render(production)).toThrow('the embedded log has one writer and is not for production')
    expect(find(render({ ...production, set: ['channels.adapter="log"'] }), 'Deployment job-sink')).toMatchObject({ spec: { replicas: 3 } })
    expect(() => render({ chart: eventingChart, set: ['eventLog.replicas=2'] })).toThrow("at '/eventLog/replicas'")
  })

  it.each([umbrella, servingChart, eventingChart])('%s passes helm lint --strict in every profile', (chart) => {
    expect(helm('lint', '--strict', chart)).toContain('0 chart(s) failed')
    const knowingly = chart === eventingChart ? ['--set', 'channels.adapter=log'] : []
    expect(helm('lint', '--strict', chart, '--values', `${chart}/values-production.yaml`, ...knowingly)).toContain('0 chart(s) failed')
  })

  it.each(Object.keys(profiles))('is rendered as the golden of profile %s', (name) => {
    const golden = readFileSync(join(root, goldenFolder, `${name}.golden.yaml`), 'utf8')
    expect(goldenOf(profiles[name] as object)).toBe(golden)
  })

  it('keeps its CRDs when the release goes', () => {
    const definitions = render().filter(({ kind }) => kind === 'CustomResourceDefinition')
    expect(definitions.length).toBe(customResourceDefinitions('serving').length)
    for (const { metadata } of definitions) expect(metadata.annotations).toMatchObject({ 'helm.sh/resource-policy': 'keep' })
  })

  it.each(['serving', 'eventing'])('tells the hook of an uninstall of %s what it uninstalls', (part) => {
    const hook = find(render({ chart: `${umbrella}/charts/${part}` }), `Job knative-${part}-uninstall`)
    const env = [
      { name: 'SYSTEM_NAMESPACE', value: `knative-${part}` },
      { name: 'CONTROLLER_GROUP', value: part }
    ]
    expect(hook).toMatchObject({
      metadata: { namespace: `knative-${part}` },
      spec: { template: { spec: { containers: [{ args: ['leave'], env }] } } }
    })
  })

  it.each(['serving', 'eventing'])(
    'has the hook of an uninstall of %s remove every ClusterRole that others are aggregated into',
    (part) => {
      const made = render({ chart: `${umbrella}/charts/${part}` }) as (KubeObject & {
        aggregationRule?: object
        rules?: { resources: string[]; resourceNames?: string[]; verbs: string[] }[]
      })[]
      const aggregates = made.filter(({ aggregationRule }) => aggregationRule !== undefined).map(({ metadata }) => metadata.name)
      const hook = made.find((object) => keyOf(object) === `ClusterRole knative-${part}-uninstall`)
      const rule = hook?.rules?.find(({ resources, verbs }) => resources.includes('clusterroles') && verbs.includes('delete'))
      expect(aggregates.length).toBeGreaterThan(0)
      expect(rule?.resourceNames?.toSorted()).toEqual(aggregates.toSorted())
    }
  )

  it.each([
    ['a release elsewhere', {}, true],
    ['a release in it, which helm has made it for', { namespace: 'knative-serving' }, false],
    ['a namespace that somebody else makes', { set: ['serving.namespace.create=false'] }, false]
  ])('makes the namespace for %s: %#', (_, rendering, makes) => {
    const made = render(rendering)
    expect(made.some(({ kind }) => kind === 'Namespace')).toBe(makes)
    const homes = new Set(made.map(({ metadata }) => metadata.namespace).filter((each) => each !== undefined))
    expect([...homes]).toEqual(['knative-serving'])
  })

  it('takes all images from a registry for all, by digest where one is given', () => {
    const images = renderText(profiles['everything']).matchAll(/(?:image|queue-sidecar-image): "?([^"\n]+)/g)
    expect([...new Set([...images].map(([, image]) => image))].sort()).toEqual([
      ...['activator', 'autoscaler', 'controller', 'gateway'].map((name) => `registry.example.com/platform/${name}:9.9.9`),
      expect.stringMatching(/^registry\.example\.com\/platform\/queue-proxy@sha256:0123/),
      'registry.example.com/platform/webhook:9.9.9'
    ])
  })

  it('leaves the number of pods to the autoscaler where there is one', () => {
    const made = render(profiles['production'] as object)
    expect(find(made, 'Deployment gateway')).not.toHaveProperty('spec.replicas')
    expect(find(made, 'HorizontalPodAutoscaler gateway')).toMatchObject({ spec: { minReplicas: 3, scaleTargetRef: { name: 'gateway' } } })
    expect(find(made, 'Deployment controller')).toMatchObject({ spec: { replicas: 3 } })
  })

  it('fills ConfigMaps from the values of telemetry, and lets config have the last word', () => {
    const made = render({
      set: [
        'serving.tracing={"protocol":"grpc","endpoint":"a:4317","samplingRate":"0.5"}',
        'serving.profiling.enabled=true',
        'serving.logging.levels={"controller":"debug"}',
        'serving.config.observability={"tracing-sampling-rate":"1"}'
      ]
    })
    expect(find(made, 'ConfigMap config-observability')).toMatchObject({
      data: { 'tracing-protocol': 'grpc', 'tracing-endpoint': 'a:4317', 'tracing-sampling-rate': '1', 'runtime-profiling': 'enabled' }
    })
    expect(find(made, 'ConfigMap config-logging')).toMatchObject({ data: { 'loglevel.controller': 'debug' } })
  })

  it.each([
    ['serving.gatway={}', "additional properties 'gatway' not allowed"],
    ['serving.config.autoscaler={"min-scal":"1"}', "at '/config/autoscaler': additional properties 'min-scal' not allowed"],
    ['serving.config.autoscaler={"min-scale":1}', "at '/config/autoscaler/min-scale': got number, want string"],
    ['serving.controller.replicas="two"', "at '/controller/replicas': got string, want integer"],
    ['serving.extraLabels={"app":"mine"}', "invalid propertyName 'app'"],
    ['serving.image.digests={"gateway":"latest"}', "at '/image/digests/gateway'"],
    ['serving.controller.env=[{"name":"A","value":"b","valueFrom":{}}]', "at '/controller/env/0'"],
    ['serving.gateway.service.type="Ingress"', "at '/gateway/service/type'"],
    ['sreving={}', "additional properties 'sreving' not allowed"]
  ])('refuses %s, and says where it stands', (set, message) => {
    expect(() => render({ set: [set] })).toThrow(message)
  })

  it('has a production profile that is that of its part', () => {
    const read = (chart: string): unknown => parse(readFileSync(join(root, chart, 'values-production.yaml'), 'utf8'))
    expect(read(umbrella)).toEqual({ serving: read(servingChart), eventing: { enabled: false, ...(read(eventingChart) as object) } })
  })
})
