import { describe, expect, it } from '@jest/globals'
import type { KubeObject } from '../../object.ts'
import { injectionPatch, podTemplateOf, withoutSink, withSink } from './inject.ts'

const deployment = (env?: object[]): KubeObject =>
  ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'hello' },
    spec: {
      replicas: 1,
      template: {
        metadata: { labels: { app: 'hello' } },
        spec: { initContainers: [{ name: 'first' }], containers: [{ name: 'c', image: 'x', ...(env && { env }) }, { name: 'd' }] }
      }
    }
  }) as KubeObject
const envs = (object: KubeObject): unknown[] => {
  const { initContainers = [], containers = [] } = podTemplateOf(object)?.template.spec ?? {}
  return [...initContainers, ...containers].map(({ env }) => env)
}
const told = [{ name: 'K_SINK', value: 'http://sink' }, { name: 'K_CE_OVERRIDES' }]

describe('a sink', () => {
  it('is told to every container, behind its own variables', () => {
    const bound = withSink(deployment([{ name: 'OWN', value: '1' }]), { sinkUri: 'http://sink' })
    expect(envs(bound)).toEqual([told, [{ name: 'OWN', value: '1' }, ...told], told])
    expect(bound).toMatchObject({ spec: { replicas: 1, template: { metadata: { labels: { app: 'hello' } } } } })
  })

  it('comes with certificates and overrides', () => {
    const bound = withSink(deployment(), { sinkUri: 'https://sink', caCerts: 'PEM', overrides: { extensions: { a: 'b' } } })
    expect(envs(bound)[0]).toEqual([
      { name: 'K_SINK', value: 'https://sink' },
      { name: 'K_CA_CERTS', value: 'PEM' },
      { name: 'K_CE_OVERRIDES', value: '{"extensions":{"a":"b"}}' }
    ])
  })

  it('replaces another one, and goes without a trace', () => {
    const once = withSink(deployment(), { sinkUri: 'http://other', caCerts: 'PEM' })
    expect(withSink(once, { sinkUri: 'http://sink' })).toEqual(withSink(deployment(), { sinkUri: 'http://sink' }))
    expect(withoutSink(once)).toEqual(deployment())
    expect(withoutSink(withSink(deployment([{ name: 'OWN' }]), { sinkUri: 'http://sink' }))).toEqual(deployment([{ name: 'OWN' }]))
  })

  it('reaches the pods of a CronJob', () => {
    const template = { spec: { containers: [{ name: 'c' }] } }
    const cron = {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'c' },
      spec: { schedule: '* * * * *', jobTemplate: { spec: { template } } }
    }
    const bound = withSink(cron as KubeObject, { sinkUri: 'http://sink' })
    expect(envs(bound)).toEqual([told])
    expect(bound).toMatchObject({ spec: { schedule: '* * * * *' } })
    expect(injectionPatch(cron as KubeObject, bound)[1]?.path).toBe('/spec/jobTemplate/spec/template/spec/containers/0/env')
  })

  it('leaves objects without pods alone', () => {
    const object: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } }
    expect(withSink(object, { sinkUri: 'http://sink' })).toBe(object)
    expect(injectionPatch(object, object)).toEqual([])
  })
})

describe('the patch', () => {
  it('sets the variables of each container that differs, by its name', () => {
    const before = deployment([{ name: 'OWN' }])
    expect(injectionPatch(before, withSink(before, { sinkUri: 'http://sink' }))).toEqual([
      { op: 'test', path: '/spec/template/spec/initContainers/0/name', value: 'first' },
      { op: 'add', path: '/spec/template/spec/initContainers/0/env', value: told },
      { op: 'test', path: '/spec/template/spec/containers/0/name', value: 'c' },
      { op: 'add', path: '/spec/template/spec/containers/0/env', value: [{ name: 'OWN' }, ...told] },
      { op: 'test', path: '/spec/template/spec/containers/1/name', value: 'd' },
      { op: 'add', path: '/spec/template/spec/containers/1/env', value: told }
    ])
  })

  it('takes them away', () => {
    const bound = withSink(deployment([{ name: 'OWN' }]), { sinkUri: 'http://sink' })
    expect(injectionPatch(bound, withoutSink(bound)).filter(({ op }) => op !== 'test')).toEqual([
      { op: 'remove', path: '/spec/template/spec/initContainers/0/env' },
      { op: 'add', path: '/spec/template/spec/containers/0/env', value: [{ name: 'OWN' }] },
      { op: 'remove', path: '/spec/template/spec/containers/1/env' }
    ])
  })

  it('is empty when nothing differs', () => {
    const bound = withSink(deployment(), { sinkUri: 'http://sink' })
    expect(injectionPatch(bound, withSink(bound, { sinkUri: 'http://sink' }))).toEqual([])
  })
})
