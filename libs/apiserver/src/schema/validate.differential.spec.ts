import { describe, expect, it } from '@jest/globals'
import type * as k8s from '@knative-ts/api/kubernetes'
import { readFileSync } from 'node:fs'
import { customTypes } from '../registry/custom-types.ts'
import { applyDefaults } from './defaults.ts'
import { prune } from './prune.ts'
import { validate } from './validate.ts'

interface Answer {
  readonly name: string
  readonly spec?: unknown
  readonly status: number
  readonly causes: readonly { readonly reason: string; readonly message: string; readonly field: string }[]
}

// Answers of a Kubernetes 1.34.4 API server to objects of one definition.
const recorded = JSON.parse(readFileSync(new URL('widget.recorded.json', import.meta.url), 'utf8')) as {
  readonly definition: k8s.CustomResourceDefinition
  readonly answers: readonly Answer[]
}
const schema = customTypes(recorded.definition)[0]!.schema
const sorted = (causes: Answer['causes']) => causes.map((one) => `${one.field} | ${one.reason} | ${one.message}`).sort()

describe('validation answers as a Kubernetes API server does', () => {
  it.each(recorded.answers.map((answer) => [answer.name, answer] as const))('%s', (_, answer) => {
    const object = {
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      metadata: { name: 'w' },
      ...(answer.spec == null ? {} : { spec: answer.spec })
    }
    prune(schema, object)
    applyDefaults(schema, object)
    const causes = validate(schema, object)
    expect(sorted(causes)).toEqual(sorted(answer.causes))
    expect(causes.length === 0).toBe(answer.status === 201)
  })

  it('fills defaults, those inside of defaults too', () => {
    const object: Record<string, unknown> = { spec: {} }
    applyDefaults(schema, object)
    expect(object).toEqual({ spec: { nested: { deep: { x: 'y' } }, notNull: 'd', on: true, size: 3 } })
  })

  it('lists unknown fields as the reference does: of metadata first, then by name', () => {
    const object = {
      metadata: { name: 'w', unknown: 3 },
      spec: { unknown: 1, free: { any: 1 }, ports: [{ port: 1, unknown: 2 }] },
      extra: 4
    }
    expect(prune(schema, object)).toEqual(['metadata.unknown', 'extra', 'spec.ports[0].unknown', 'spec.unknown'])
    expect(object).toEqual({ metadata: { name: 'w' }, spec: { free: { any: 1 }, ports: [{ port: 1 }] } })
  })
})
