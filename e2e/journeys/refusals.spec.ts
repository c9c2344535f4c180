/** Bad input is refused at once, and says why in words that lead to the cause. */
import { describe, expect, it } from '@jest/globals'
import { knativeServices, type Service } from '@knative-ts/api'
import { ApiError } from '@knative-ts/kube'
import { imageOf } from '../rig/installation.ts'
import { usePlatform } from '../rig/platform.ts'

const platform = usePlatform('refusals')

const image = imageOf('hello')
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
    const service = {
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Service',
      metadata: { name: 'bad', namespace: platform.namespace },
      spec
    }
    const refusal = await platform.client.create(knativeServices, service as Service).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(ApiError)
    const prefix = 'admission webhook "validation.webhook.serving.knative.dev" denied the request: validation failed: '
    expect(refusal).toMatchObject({ code: 400, message: `${prefix}${message}` })
  })
})

it('an unknown host is 404 at the gateway', async () => {
  expect(await platform.http.get('nobody.default.example.org')).toMatchObject({ status: 404 })
})
