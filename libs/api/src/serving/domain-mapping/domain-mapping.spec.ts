import { describe, expect, it } from '@jest/globals'
import { parseAutoscalerConfig } from '../../config/autoscaler-config.ts'
import { parseDefaultsConfig } from '../../config/defaults-config.ts'
import { parseFeaturesConfig } from '../../config/features-config.ts'
import { fieldErrorText } from '../../validation/field-error.ts'
import type { AdmissionContext } from '../../validation/admission-context.ts'
import type { DomainMapping } from './domain-mapping.ts'
import { defaultDomainMapping } from './domain-mapping.defaults.ts'
import { validateDomainMapping } from './domain-mapping.rules.ts'

const config = { autoscaler: parseAutoscalerConfig({}), defaults: parseDefaultsConfig({}), features: parseFeaturesConfig({}) }
const context: AdmissionContext<DomainMapping> = { operation: 'CREATE', subresource: '', user: 'alice', config }
const mapping = (name: string, ref: object = {}): DomainMapping => ({
  apiVersion: 'serving.knative.dev/v1beta1',
  kind: 'DomainMapping',
  metadata: { name, namespace: 'default' },
  spec: { ref: { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'hello', ...ref } }
})
const label = 'a'.repeat(64)

describe('the rules of a DomainMapping, beyond what was recorded', () => {
  it.each([
    ['hello.example.com', '', {}],
    ['cluster.local', '', {}],
    [
      'hello.default.svc.cluster.local',
      'invalid name "hello.default.svc.cluster.local": must not be a subdomain of cluster local domain "cluster.local": metadata.name',
      {}
    ],
    [`${label}.com`, `invalid name "${label}.com": name: Invalid value: "${label}": must be no more than 63 characters: metadata.name`, {}],
    [
      'hello.example.com',
      'mismatched namespaces: spec.ref.namespace\nparent namespace: "default" does not match ref: "other"',
      { namespace: 'other' }
    ],
    ['hello.example.com', '', { namespace: 'default' }]
  ])('%s: %s', (name, words, ref) => {
    expect(fieldErrorText(validateDomainMapping(mapping(name, ref), context))).toBe(words)
  })

  it('know the domain that the cluster has', () => {
    const elsewhere = { ...context, config: { ...config, clusterDomain: 'corp.example' } }
    expect(validateDomainMapping(mapping('x.svc.cluster.local'), elsewhere)).toEqual([])
    expect(fieldErrorText(validateDomainMapping(mapping('x.svc.corp.example'), elsewhere))).toContain('cluster local domain "corp.example"')
  })
})

it('the namespace of what a domain leads to is that of the mapping', () => {
  expect(defaultDomainMapping(mapping('hello.example.com'), context)).toMatchObject({
    metadata: { annotations: { 'serving.knative.dev/creator': 'alice', 'serving.knative.dev/lastModifier': 'alice' } },
    spec: { ref: { namespace: 'default' } }
  })
  expect(defaultDomainMapping(mapping('hello.example.com', { namespace: 'other' }), context).spec.ref.namespace).toBe('other')
})
