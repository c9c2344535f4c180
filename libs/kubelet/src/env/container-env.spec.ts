import { describe, expect, it } from '@jest/globals'
import type * as k8s from '@knative-ts/api/kubernetes'
import { containerEnv, EnvError, type EnvSources } from './container-env.ts'
import { serviceEnv } from './service-env.ts'

const container: k8s.Container = { name: 'a', resources: { limits: { memory: '64Mi' }, requests: { cpu: '250m' } } }
const pod: k8s.Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'n', name: 'p', uid: 'u', labels: { app: 'web' }, annotations: { 'a/b': 'c' } },
  spec: { containers: [container], serviceAccountName: 'robot' }
}
const configMap: k8s.ConfigMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: {}, data: { x: '1', y: '2' } }
const secret: k8s.Secret = { apiVersion: 'v1', kind: 'Secret', metadata: {}, data: { s: Buffer.from('hidden').toString('base64') } }

const sources = (over: Partial<k8s.Container>): EnvSources => ({
  pod,
  container: { ...container, ...over },
  base: { HOME: '/', x: 'base' },
  facts: { nodeName: 'node', hostAddress: '10.88.0.1', podAddress: '10.88.0.7' },
  node: { cpu: 4, memoryBytes: 2 ** 30 },
  references: {
    configMap: (_, name) => Promise.resolve(name === 'cm' ? configMap : undefined),
    secret: (_, name) => Promise.resolve(name === 'sec' ? secret : undefined)
  }
})

describe('containerEnv', () => {
  it.each<[string, string]>([
    ['metadata.name', 'p'],
    ['metadata.namespace', 'n'],
    ['metadata.uid', 'u'],
    ["metadata.labels['app']", 'web'],
    ["metadata.annotations['a/b']", 'c'],
    ["metadata.labels['none']", ''],
    ['spec.nodeName', 'node'],
    ['spec.serviceAccountName', 'robot'],
    ['status.hostIP', '10.88.0.1'],
    ['status.podIP', '10.88.0.7']
  ])('reads field %s as %j', async (fieldPath, value) => {
    expect(await containerEnv(sources({ env: [{ name: 'V', valueFrom: { fieldRef: { fieldPath } } }] }))).toMatchObject({ V: value })
  })

  it.each<[k8s.ResourceFieldSelector, string]>([
    [{ resource: 'limits.memory' }, String(64 * 2 ** 20)],
    [{ resource: 'limits.memory', divisor: '1Mi' }, '64'],
    [{ resource: 'requests.cpu' }, '1'],
    [{ resource: 'requests.cpu', divisor: '1m' }, '250'],
    [{ resource: 'limits.cpu' }, '4'],
    [{ resource: 'requests.memory', divisor: '1Mi' }, '64']
  ])('reads resource %j as %s', async (resourceFieldRef, value) => {
    expect(await containerEnv(sources({ env: [{ name: 'V', valueFrom: { resourceFieldRef } }] }))).toMatchObject({ V: value })
  })

  it('lets env win over envFrom, and envFrom over the base', async () => {
    const env = await containerEnv(
      sources({
        envFrom: [{ configMapRef: { name: 'cm' } }, { prefix: 'P_', secretRef: { name: 'sec' } }],
        env: [{ name: 'y', value: '3' }]
      })
    )
    expect(env).toEqual({ HOME: '/', x: '1', y: '3', P_s: 'hidden' })
  })

  it.each<[Partial<k8s.Container>, string]>([
    [{ env: [{ name: 'V', valueFrom: { configMapKeyRef: { name: 'none', key: 'k' } } }] }, 'configmap "none" not found'],
    [{ env: [{ name: 'V', valueFrom: { configMapKeyRef: { name: 'cm', key: 'k' } } }] }, "couldn't find key k in ConfigMap n/cm"],
    [{ env: [{ name: 'V', valueFrom: { secretKeyRef: { name: 'none', key: 'k' } } }] }, 'secret "none" not found'],
    [{ env: [{ name: 'V', valueFrom: { secretKeyRef: { name: 'sec', key: 'k' } } }] }, "couldn't find key k in Secret n/sec"],
    [{ envFrom: [{ configMapRef: { name: 'none' } }] }, 'configmap "none" not found'],
    [{ envFrom: [{ secretRef: { name: 'none' } }] }, 'secret "none" not found'],
    [
      { env: [{ name: 'V', valueFrom: { fieldRef: { fieldPath: 'spec.shoes' } } }] },
      'field "spec.shoes" is not one of the downward API\'s fields'
    ],
    [{ env: [{ name: 'V', valueFrom: {} }] }, 'valueFrom names none of fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef']
  ])('refuses %j', async (over, message) => {
    const failed = containerEnv(sources(over))
    await expect(failed).rejects.toThrow(message)
    await expect(failed).rejects.toBeInstanceOf(EnvError)
  })

  it('passes over what is optional and missing', async () => {
    const env = await containerEnv(
      sources({
        envFrom: [{ configMapRef: { name: 'none', optional: true } }, { secretRef: { name: 'none', optional: true } }],
        env: [{ name: 'V', valueFrom: { secretKeyRef: { name: 'none', key: 'k', optional: true } } }]
      })
    )
    expect(env).toEqual({ HOME: '/', x: 'base' })
  })
})

describe('serviceEnv', () => {
  it('names Services as docker links did, and passes over headless ones', () => {
    const service = (name: string, clusterIP: string): k8s.Service => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: {
        clusterIP,
        ports: [
          { name: 'web', port: 80 },
          { name: 'dns', port: 53, protocol: 'UDP' }
        ]
      }
    })
    expect(serviceEnv([service('my-db', '10.96.0.9'), service('none', 'None')])).toEqual({
      MY_DB_SERVICE_HOST: '10.96.0.9',
      MY_DB_SERVICE_PORT: '80',
      MY_DB_SERVICE_PORT_WEB: '80',
      MY_DB_SERVICE_PORT_DNS: '53',
      MY_DB_PORT: 'tcp://10.96.0.9:80',
      MY_DB_PORT_80_TCP: 'tcp://10.96.0.9:80',
      MY_DB_PORT_80_TCP_PROTO: 'tcp',
      MY_DB_PORT_80_TCP_PORT: '80',
      MY_DB_PORT_80_TCP_ADDR: '10.96.0.9',
      MY_DB_PORT_53_UDP: 'udp://10.96.0.9:53',
      MY_DB_PORT_53_UDP_PROTO: 'udp',
      MY_DB_PORT_53_UDP_PORT: '53',
      MY_DB_PORT_53_UDP_ADDR: '10.96.0.9'
    })
  })
})
