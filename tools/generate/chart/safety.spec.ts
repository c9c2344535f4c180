/** What every profile keeps to: what it asks of nodes, how pods are confined, who may talk to whom, and where no secret is. */
import { describe, expect, it } from '@jest/globals'
import type { KubeObject } from '@knative-ts/api'
import type { NetworkPolicy, PodSpec, PodTemplateSpec } from '@knative-ts/api/kubernetes'
import { probePort, roleNames, roleShapes, type RoleName } from '@knative-ts/api/system'
import { describeWhere } from '@knative-ts/testing/prerequisites'
import { mayConnect, type Caller } from './network.ts'
import { profiles } from './goldens.ts'
import { helmObstacle, render } from './render.ts'

const names = Object.keys(profiles)
const made = (name: string): KubeObject[] => render(profiles[name] as object)

/** Everything that runs, by kind and name. */
function podsIn(objects: readonly KubeObject[]): (readonly [string, PodSpec])[] {
  return objects.flatMap((object) => {
    const spec = (object as { spec?: unknown }).spec
    const pod = object.kind === 'Pod' ? (spec as PodSpec) : (spec as { template?: PodTemplateSpec } | undefined)?.template?.spec
    return object.kind !== 'CustomResourceDefinition' && pod?.containers !== undefined
      ? [[`${object.kind} ${object.metadata.name}`, pod] as const]
      : []
  })
}

const cpu = (quantity: string): number => (quantity.endsWith('m') ? Number(quantity.slice(0, -1)) : Number(quantity) * 1000)
const mebibytes = (quantity: string): number => Number(/^(\d+)Mi$/.exec(quantity)?.[1])

/** Millicores and MiB that all pods of the Deployments ask for. */
function requested(objects: readonly KubeObject[]): { cpu: number; memory: number } {
  const scaled = objects.filter(({ kind }) => kind === 'HorizontalPodAutoscaler') as (KubeObject & { spec: { minReplicas: number } })[]
  const deployments = objects.filter(({ kind }) => kind === 'Deployment') as (KubeObject & {
    spec: { replicas?: number; template: { spec: PodSpec } }
  })[]
  const sums = deployments.map(({ metadata, spec }) => {
    const pods = spec.replicas ?? scaled.find(({ metadata: { name } }) => name === metadata.name)?.spec.minReplicas ?? Number.NaN
    const requests = spec.template.spec.containers.map(({ resources }) => resources?.requests ?? {})
    return {
      cpu: pods * requests.reduce((sum, each) => sum + cpu(String(each['cpu'])), 0),
      memory: pods * requests.reduce((sum, each) => sum + mebibytes(String(each['memory'])), 0)
    }
  })
  return { cpu: sums.reduce((sum, each) => sum + each.cpu, 0), memory: sums.reduce((sum, each) => sum + each.memory, 0) }
}

const callers: Readonly<Record<string, Caller>> = {
  ...Object.fromEntries(roleNames.map((role) => [role, { pod: true, namespace: 'knative-serving', labels: { app: role } }])),
  'a pod of a user': { pod: true, namespace: 'default', labels: { app: 'gateway' } },
  'a pod of the same namespace': { pod: true, namespace: 'knative-serving', labels: {} },
  'the API server, or a client outside': { pod: false }
}
const everybody = Object.keys(callers)
const pods = everybody.slice(0, -1)

/** Who has business at a port of a role. Every port of a role is here: the test fails for one that is not. */
const flows: Readonly<Record<RoleName, Readonly<Record<string, readonly string[]>>>> = {
  controller: { 'grpc-routing': ['controller', 'gateway'] },
  webhook: { 'https-webhook': everybody },
  autoscaler: { 'grpc-stats': ['autoscaler', 'activator'] },
  activator: { http1: pods, h2c: pods, https: pods },
  gateway: { 'http-public': everybody, 'https-public': everybody, 'http-internal': pods, 'https-internal': pods }
}

describeWhere('what the chart is confined to', helmObstacle())('a profile', () => {
  it('as it comes fits 2 cores and 4 GiB, with most of them left', () => {
    const { cpu, memory } = requested(made('default'))
    expect(cpu).toBeLessThanOrEqual(1000)
    expect(memory).toBeLessThanOrEqual(1.2 * 1024)
    expect(cpu).toBeGreaterThan(0)
  })

  it('for production says what it asks for', () => {
    expect(requested(made('production'))).toEqual({ cpu: 4200, memory: 3456 })
  })

  it.each(names)('%s runs nothing that is more than restricted Pod Security allows', (name) => {
    const running = podsIn(made(name))
    expect(running.map(([each]) => each).sort()).toEqual([
      ...['activator', 'autoscaler', 'controller', 'gateway', 'webhook'].map((role) => `Deployment ${role}`),
      'Job knative-serving-uninstall',
      'Pod knative-serving-test'
    ])
    for (const [each, pod] of running) {
      expect([each, pod]).toEqual([
        each,
        expect.objectContaining({ securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } } })
      ])
      expect([pod.hostNetwork, pod.hostPID, pod.hostIPC, pod.initContainers]).toEqual(Array(4).fill(undefined))
      // The authorities of registries, and nothing of the node.
      for (const volume of pod.volumes ?? [])
        expect(volume).toEqual({ name: 'registry-certificates', secret: { secretName: expect.any(String) } })
      for (const container of pod.containers) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] }
        })
        expect(container.ports?.filter(({ hostPort }) => hostPort !== undefined) ?? []).toEqual([])
        expect(container.resources).toMatchObject({
          requests: { cpu: expect.anything(), memory: expect.anything() },
          limits: { memory: expect.anything() }
        })
      }
    }
  })

  it.each(names)('%s has no secret in an environment variable, and none in itself', (name) => {
    const objects = made(name)
    expect(objects.filter(({ kind }) => kind === 'Secret')).toEqual([])
    const sources = podsIn(objects).flatMap(([, pod]) =>
      pod.containers.flatMap(({ env = [], envFrom = [] }) => [...env.map(({ valueFrom }) => valueFrom), ...envFrom])
    )
    expect(sources.filter((source) => source !== undefined && !('fieldRef' in source))).toEqual([])
    const variables = podsIn(objects).flatMap(([, pod]) => pod.containers.flatMap(({ env = [] }) => env.map((each) => each.name)))
    expect(variables.filter((each) => /SECRET|TOKEN|PASSWORD|KEY/.test(each))).toEqual([])
  })
})

describeWhere('the policies of the chart', helmObstacle())('network policies', () => {
  const policies = render({ set: ['serving.networkPolicy.enabled=true'] }).filter(({ kind }) => kind === 'NetworkPolicy') as NetworkPolicy[]

  it('are there for every role, and only when asked for', () => {
    expect(policies.map(({ metadata }) => metadata.name).sort()).toEqual([...roleNames].sort())
    expect(render().filter(({ kind }) => kind === 'NetworkPolicy')).toEqual([])
  })

  describe.each(roleNames)('of the %s', (role) => {
    const to = { app: role }
    const allowed = (port: number): string[] => everybody.filter((name) => mayConnect(policies, callers[name] as Caller, to, port))

    it.each(roleShapes[role].ports)('let in at $name who has business there, and nobody else', ({ name, containerPort }) => {
      expect(allowed(containerPort)).toEqual(flows[role][name])
    })

    it('let pods at its probes and metrics, and nobody at any other port', () => {
      for (const port of [probePort, 9090]) expect(allowed(port)).toEqual(pods)
      for (const port of [22, 8008, 9091]) expect(allowed(port)).toEqual([])
    })
  })
})
