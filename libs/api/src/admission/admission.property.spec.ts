import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { parseAutoscalerConfig } from '../config/autoscaler-config.ts'
import { parseDefaultsConfig } from '../config/defaults-config.ts'
import { parseFeaturesConfig } from '../config/features-config.ts'
import { apiVersionOf, type KubeObject } from '../object.ts'
import { fillIn, judge } from './admit.ts'
import { admittedKinds } from './admitted-kinds.ts'

const features = { 'kubernetes.podspec-init-containers': 'Enabled', 'kubernetes.podspec-securitycontext': 'Enabled' }
const configs = ['Disabled', 'Enabled'].map((securePodDefaults) => ({
  autoscaler: parseAutoscalerConfig({}),
  defaults: parseDefaultsConfig({}),
  features: parseFeaturesConfig({ ...features, 'secure-pod-defaults': securePodDefaults })
}))

/** A Service with something in every place that the rules look at. */
const full = {
  template: {
    metadata: { name: 'hello-v1', annotations: { 'autoscaling.knative.dev/min-scale': '1' } },
    spec: {
      containers: [
        {
          name: 'a',
          image: 'dev.local/a',
          env: [{ name: 'A', valueFrom: { secretKeyRef: { key: 'k', name: 'n' } } }],
          envFrom: [{ configMapRef: { name: 'c' } }],
          ports: [{ containerPort: 80 }],
          readinessProbe: { httpGet: { path: '/', port: 80 }, periodSeconds: 1 },
          resources: { limits: { cpu: '1' } },
          securityContext: { capabilities: { drop: ['ALL'] } },
          volumeMounts: [{ name: 'v', mountPath: '/v' }]
        }
      ],
      initContainers: [{ name: 'i', image: 'dev.local/i' }],
      securityContext: { supplementalGroups: [1] },
      volumes: [{ name: 'v', projected: { sources: [{ secret: { name: 's', items: [{ key: 'k', path: 'p' }] } }] } }]
    }
  },
  traffic: [{ latestRevision: true, percent: 100, tag: 't' }]
}

/** Every place in a value, as a list of keys. */
function places(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value)
  return [path, ...keys.flatMap((key) => places((value as Record<string | number, unknown>)[key], [...path, key]))]
}

function replaced(value: unknown, [key, ...rest]: readonly (string | number)[], by: unknown): unknown {
  if (key === undefined) return by
  const inner = replaced((value as Record<string | number, unknown>)[key], rest, by)
  if (Array.isArray(value)) return value.map((item: unknown, index) => (index === key ? inner : item))
  return { ...(value as object), [key]: inner }
}

/** What every kind says to an object, created and updated: texts, '' where it is good. */
function verdicts(object: KubeObject): string[] {
  return admittedKinds.flatMap((kind) => {
    const asked = { ...object, kind: kind.resource.kind, apiVersion: apiVersionOf(kind.resource) }
    return configs.flatMap((config) => {
      const question = { operation: 'CREATE', subresource: '', object: asked, user: 'alice' } as const
      const filled = fillIn(kind, question, config)
      const created = judge(kind, { ...question, object: filled.ok ? filled.object : asked }, config)
      const updated = judge(kind, { ...question, operation: 'UPDATE', oldObject: asked, object: asked }, config)
      return [created.refusal ?? '', updated.refusal ?? '']
    })
  })
}

const isText = (value: unknown): boolean => typeof value === 'string'

describe('admission survives', () => {
  it('any JSON as spec', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (spec, status) => {
        expect(verdicts({ apiVersion: '', kind: '', metadata: { name: 'hello' }, spec, status } as KubeObject).every(isText)).toBe(true)
      })
    )
  })

  it('any JSON in any place of a full Service', () => {
    const everywhere = places(full)
    fc.assert(
      fc.property(fc.constantFrom(...everywhere), fc.jsonValue(), (path, value) => {
        const spec = replaced(full, path, value)
        expect(verdicts({ apiVersion: '', kind: '', metadata: { name: 'hello' }, spec } as KubeObject).every(isText)).toBe(true)
      }),
      { numRuns: 500 }
    )
  })
})
