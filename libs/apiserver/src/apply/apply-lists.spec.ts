import { describe, expect, it } from '@jest/globals'
import type { KubeObject } from '@knative-ts/api'
import { copyJson } from '../schema/json.ts'
import { applyIntent } from './apply-intent.ts'
import { deployment, service, T1, T2, apply, applied, written, entry, pod, containersOf } from './apply.fixture.ts'

describe('apply of lists', () => {
  it('two managers own a container each, and what both say', () => {
    const one = applied(deployment, undefined, pod([{ name: 'c', image: 'i' }]))
    const two = applied(deployment, one, pod([{ name: 'e', image: 'j' }]), 'two')
    expect(containersOf(two).map((item) => (item as { name: string }).name)).toEqual(['c', 'e'])
    const fields = (name: string) => ({
      'f:spec': {
        'f:replicas': {},
        'f:selector': {},
        'f:template': {
          'f:metadata': { 'f:labels': { 'f:app': {} } },
          'f:spec': { 'f:containers': { [`k:{"name":"${name}"}`]: { '.': {}, 'f:image': {}, 'f:name': {} } }, 'f:schedulerName': {} }
        }
      }
    })
    expect(two.metadata.managedFields).toEqual([
      entry('oracle', 'Apply', fields('c'), T1, 'apps/v1'),
      entry('two', 'Apply', fields('e'), T1, 'apps/v1')
    ])
  })

  it('follows the order of the intent', () => {
    const one = applied(
      deployment,
      undefined,
      pod([
        {
          name: 'c',
          image: 'i',
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' }
          ]
        }
      ])
    )
    const env = [
      { name: 'B', value: '2' },
      { name: 'C', value: '3' },
      { name: 'A', value: '1' }
    ]
    expect(containersOf(applied(deployment, one, pod([{ name: 'c', image: 'i', env }])))).toMatchObject([{ env }])
  })

  it('does not repeat a port whose protocol came by default', () => {
    const intent = pod([{ name: 'c', image: 'i', ports: [{ containerPort: 80 }] }])
    const one = applied(deployment, undefined, intent)
    expect(containersOf(one)).toMatchObject([{ ports: [{ containerPort: 80, protocol: 'TCP' }] }])
    expect(applied(deployment, one, intent, 'oracle', T2)).toEqual(one)
  })

  it('swaps the only port of a Service and keeps what the server allocated', () => {
    const intent = (port: number) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec: { ports: [{ port }] } })
    const one = applied(service, undefined, intent(80))
    Object.assign((one as unknown as { spec: object }).spec, { clusterIP: '10.96.0.1', type: 'ClusterIP' })
    Object.assign((one as unknown as { spec: { ports: object[] } }).spec.ports[0]!, { targetPort: 80 })
    const two = applied(service, one, intent(81), 'oracle', T2)
    expect(two).toMatchObject({ spec: { ports: [{ port: 81, protocol: 'TCP' }], clusterIP: '10.96.0.1', type: 'ClusterIP' } })
    expect((two as unknown as { spec: { ports: object[] } }).spec.ports).toHaveLength(1)
    expect(two.metadata.managedFields).toEqual([
      entry('oracle', 'Apply', { 'f:spec': { 'f:ports': { 'k:{"port":81,"protocol":"TCP"}': { '.': {}, 'f:port': {} } } } }, T2)
    ])
  })

  it('drops a field that is no longer applied, and lets an updater take one over', () => {
    const one = applied(deployment, undefined, { ...pod([{ name: 'c', image: 'i', command: ['x'], workingDir: '/w' }]) })
    const scaled = written(
      deployment,
      one,
      { ...copyJson(one), spec: { ...copyJson((one as unknown as ReturnType<typeof pod>).spec), replicas: 3 } },
      'scaler',
      T2,
      'scale'
    )
    expect(scaled.metadata.managedFields).toContainEqual(
      entry('scaler', 'Update', { 'f:spec': { 'f:replicas': {} } }, T2, 'apps/v1', 'scale')
    )
    const { replicas: _, ...spec } = pod([{ name: 'c', image: 'i' }]).spec
    const next = applied(deployment, scaled, { ...pod([]), spec })
    expect((next as unknown as { spec: { replicas: number } }).spec.replicas).toBe(3)
    expect(containersOf(next)).toEqual([{ name: 'c', image: 'i', resources: {} }])
    expect(apply(deployment, scaled, pod([{ name: 'c', image: 'i' }]))).toMatchObject({
      message: 'Apply failed with 1 conflict: conflict with "scaler" with subresource "scale" using apps/v1: .spec.replicas'
    })
  })

  it('owns status only through its endpoint', () => {
    const one = applied(deployment, undefined, { ...pod([{ name: 'c' }]), status: { replicas: 9 } })
    expect(one).toMatchObject({ status: {} })
    const intent = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, status: { replicas: 3 } } as unknown as KubeObject
    const result = applyIntent({
      schema: deployment,
      live: one,
      intent,
      manager: 'two',
      force: true,
      apiVersion: 'apps/v1',
      subresource: 'status',
      now: T2
    })
    expect(result).toMatchObject({ kind: 'applied', object: { status: { replicas: 3 }, spec: { replicas: 0 } } })
    expect((result as { object: KubeObject }).object.metadata.managedFields).toContainEqual(
      entry('two', 'Apply', { 'f:status': { 'f:replicas': {} } }, T2, 'apps/v1', 'status')
    )
  })
})
