/** What a user of Eventing does in a namespace: makes objects, posts events, looks at what subscribers got. */
import { request } from 'node:http'
import { conditionOf, isReady, type Condition, type KubeObject, type Resource } from '@knative-ts/api'
import { deployments, services, type Deployment, type Service } from '@knative-ts/api/kubernetes'
import { errorText, type KubeClient } from '@knative-ts/kube'
import { applyObject } from './apply-yaml.ts'
import { imageOf } from './installation.ts'
import { until } from './until.ts'

/** What a subscriber got: one POST. */
export interface Received {
  readonly at: number
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** How often the event of this id had come by then, this time included. */
  readonly attempt: number
}

/** An event to post; `id` is made up where it is absent. */
export interface EventSketch {
  readonly type: string
  readonly source?: string
  readonly id?: string
  readonly data?: string
  readonly contentType?: string
  readonly extensions?: Readonly<Record<string, string>>
}

export interface Posted {
  readonly id: string
  readonly status: number
  readonly body: string
}

export interface EventingUser {
  /** Applies objects, in the namespace unless they say one. */
  apply(...objects: readonly object[]): Promise<void>
  /** Waits until an object is Ready at its newest generation; the failure names its conditions. */
  ready<T extends KubeObject>(resource: Resource<T>, name: string, withinMs?: number): Promise<T>
  /** Deploys e2e/images/recorder as a Deployment with a Service of the same name; `env` says what it answers. Resolves when it runs. */
  recorder(name: string, env?: Readonly<Record<string, string>>): Promise<void>
  /** What a recorder has got so far. */
  received(name: string): Promise<readonly Received[]>
  /** Waits until a recorder has got as many events that fit, and gives them. */
  arrived(name: string, count: number, fits?: (one: Received) => boolean, withinMs?: number): Promise<readonly Received[]>
  /** Posts to an address inside of the cluster, in binary mode. */
  post(url: string, event: EventSketch): Promise<Posted>
}

const readyMs = 180_000
let made = 0

/** Somebody with the rights of `client`, at work in a namespace. */
export function eventingUser(client: KubeClient, namespace: string): EventingUser {
  const addressOf = serviceAddresses(client)
  const send = async (
    method: string,
    url: URL,
    headers: Readonly<Record<string, string>>,
    body: string
  ): Promise<{ status: number; body: string }> => {
    const { host, port } = await addressOf(url)
    return new Promise((resolve, reject) => {
      const sent = request(
        { host, port, method, path: url.pathname + url.search, headers: { host: url.host, ...headers }, timeout: 30_000 },
        (response) => {
          let text = ''
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
          response.on('error', reject)
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
        }
      )
      sent.on('timeout', () => sent.destroy(new Error(`no answer from ${url.href} within 30 s`)))
      sent.on('error', reject)
      sent.end(body)
    })
  }
  const received = async (name: string): Promise<readonly Received[]> => {
    const { status, body } = await send('GET', new URL(`http://${name}.${namespace}.svc.cluster.local/`), {}, '')
    if (status !== 200) throw new Error(`recorder ${name} answered ${status}: ${body}`)
    return (JSON.parse(body) as Received[]).map((one) => ({ ...one, body: Buffer.from(one.body, 'base64').toString() }))
  }
  const ready = async <T extends KubeObject>(resource: Resource<T>, name: string, withinMs = readyMs): Promise<T> => {
    let seen: T | undefined
    const look = async (): Promise<T | false> => {
      seen = await client.get(resource, { namespace, name })
      return isReady(seen) && seen
    }
    return until(`${resource.kind} ${name} is Ready`, look, withinMs, 100).catch((error: unknown) => {
      const { conditions = [] } = (seen as { status?: { conditions?: readonly Condition[] } } | undefined)?.status ?? {}
      throw new Error(`${errorText(error)}: ${JSON.stringify(conditionOf(conditions, 'Ready') ?? conditions)}`, { cause: error })
    })
  }
  return {
    ready,
    received,
    apply: async (...objects) => {
      for (const object of objects as KubeObject[]) {
        const answer = await applyObject(client, object, namespace)
        if (answer.status >= 300) throw new Error(`${object.kind} ${object.metadata.name}: ${answer.body}`)
      }
    },
    recorder: async (name, env = {}) => {
      await client.create(deployments, recorderOf(name, namespace, env))
      await client.create(services, {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, namespace },
        spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] }
      } as Service)
      await until(`recorder ${name} answers`, () => received(name), readyMs, 200)
    },
    arrived: (name, count, fits = () => true, withinMs = 60_000) =>
      until(
        `${count} events have come to ${name}`,
        async () => {
          const fitting = (await received(name)).filter(fits)
          return fitting.length >= count && fitting
        },
        withinMs,
        100
      ),
    post: async (url, event) => {
      const id = event.id ?? `e2e-${process.pid}-${(made += 1)}`
      const extensions = Object.entries(event.extensions ?? {}).map(([name, value]) => [`ce-${name}`, value])
      const headers = {
        'content-type': event.contentType ?? 'text/plain',
        'ce-specversion': '1.0',
        'ce-type': event.type,
        'ce-source': event.source ?? '/e2e',
        'ce-id': id,
        ...Object.fromEntries(extensions)
      }
      return { id, ...(await send('POST', new URL(url), headers, event.data ?? '')) }
    }
  }
}

function recorderOf(name: string, namespace: string, env: Readonly<Record<string, string>>): Deployment {
  const labels = { app: name }
  const variables = Object.entries(env).map(([key, value]) => ({ name: key, value }))
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'recorder', image: imageOf('recorder'), env: variables, ports: [{ containerPort: 8080 }] }] }
      }
    }
  }
}

/** Finds the cluster IP behind a URL of a Service, by way of what it is an external name for. This machine has no names of the cluster. */
export function serviceAddresses(client: KubeClient): (url: URL) => Promise<{ readonly host: string; readonly port: number }> {
  const resolve = async (host: string, wanted: number): Promise<{ host: string; port: number }> => {
    const [name = '', namespace = ''] = host.split('.')
    const { spec } = await client.get<Service>(services, { namespace, name })
    if (spec?.externalName !== undefined) return resolve(spec.externalName, wanted)
    const port = spec?.ports?.find((one) => one.port === wanted)
    if (port === undefined || spec?.clusterIP === undefined) throw new Error(`Service ${namespace}/${name} has no port ${wanted}`)
    return { host: spec.clusterIP, port: port.port }
  }
  return (url) => resolve(url.hostname, Number(url.port || 80))
}
