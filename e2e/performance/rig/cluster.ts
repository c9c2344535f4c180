/** An installation of Serving on a Kubernetes, with a namespace of the benchmark's own. It is used as it is found. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Service } from '@knative-ts/api'
import { namespaces, services } from '@knative-ts/api/kubernetes'
import { connect, type ConnectedClient, loadClusterConfig } from '@knative-ts/kube'
import { gatewayClient, type GatewayClient } from '../../rig/service-request.ts'
import { buildAnchors } from './anchors.ts'
import { clusterOptions, type ClusterOptions } from './cluster-options.ts'

export interface Cluster extends Pick<ClusterOptions, 'runs' | 'seconds'> {
  readonly client: ConnectedClient
  readonly namespace: string
  /** Of the user container: a small server in Go. */
  readonly image: string
  readonly gateway: { readonly ip: string; readonly port: number }
  readonly http: GatewayClient
  /** Where a program of the anchors is. */
  readonly anchor: Awaited<ReturnType<typeof buildAnchors>>
  /** What is done at the end, the last first. */
  readonly afterwards: (() => Promise<unknown>)[]
}

/** Makes the namespace, does the work, and takes the namespace away again, also when it is interrupted. A failure is told, and is the exit code. */
export async function onCluster(
  defaults: Pick<ClusterOptions, 'runs' | 'seconds'>,
  work: (cluster: Cluster) => Promise<void>
): Promise<never> {
  const options = clusterOptions(defaults)
  const client = connect(await loadClusterConfig({ KUBECONFIG: options.kubeconfig }))
  const afterwards: Cluster['afterwards'] = []
  try {
    await Promise.race([interruption(), clusterFor(options, client, afterwards).then(work)])
  } catch (error) {
    console.error(error)
    process.exitCode = 1
  } finally {
    for (const end of afterwards.toReversed()) await end()
    client.close()
  }
  process.exit()
}

function interruption(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => reject(new Error(`ended by ${signal}`)))
  })
}

async function clusterFor(options: ClusterOptions, client: ConnectedClient, afterwards: Cluster['afterwards']): Promise<Cluster> {
  const anchor = await buildAnchors()
  const image = options.image ?? (await giveImage(options.rig ?? '', anchor('hello')))
  const gateway = await gatewayOf(client, options)
  const namespace = `bench-${process.pid}-${Date.now().toString(36)}`
  await client.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  afterwards.push(() => client.delete(namespaces, { namespace: '', name: namespace }))
  const http = gatewayClient(gateway.port, 256, gateway.ip)
  return { client, namespace, image, gateway, http, anchor, afterwards, runs: options.runs, seconds: options.seconds }
}

/** The tag is the program's digest: what is there already under that name is the same. */
async function giveImage(rig: string, program: string): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(program))
    .digest('hex')
  const image = `dev.local/bench-hello:${digest.slice(0, 12)}`
  await promisify(execFile)(join(rig, 'load-image'), [image, program])
  return image
}

async function gatewayOf(client: ConnectedClient, { gateway }: ClusterOptions): Promise<{ readonly ip: string; readonly port: number }> {
  if (gateway !== undefined) {
    const { hostname, port } = new URL(gateway)
    return { ip: hostname, port: Number(port || 80) }
  }
  const { spec } = await client.get(services, { namespace: 'knative-serving', name: 'gateway' })
  const port = spec?.ports?.find(({ name }) => name === 'http')?.port
  if (spec?.clusterIP === undefined || port === undefined)
    throw new Error('Service knative-serving/gateway has no cluster IP with a port named http')
  return { ip: spec.clusterIP, port }
}

/** Host name under which a Service is called. */
export const hostOf = (service: Service): string => new URL(service.status?.url ?? 'http://none').host
