/** Where `pods/NAME/proxy` and `services/NAME/proxy` lead: `NAME` is `[SCHEME:]NAME[:PORT]`, as `k8s.io/apimachinery/pkg/util/net` splits it. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { readyEndpoints } from '../admission/ready-endpoints.ts'
import type { Call, World } from '../requests/call.ts'
import { get } from '../requests/get.ts'
import { badRequest, failure } from './errors.ts'

/** One server to ask. */
export interface ProxyTarget {
  readonly scheme: 'http' | 'https'
  readonly host: string
  readonly port: number
}

interface Asked {
  readonly scheme: 'http' | 'https'
  readonly name: string
  /** '' when the name has none. */
  readonly port: string
}

/** Takes a name apart; undefined when it is none. */
export function askedOf(text: string): Asked | undefined {
  const parts = text.split(':')
  const [scheme, name, port] = parts.length === 1 ? ['', text, ''] : parts.length === 2 ? ['', ...parts] : parts
  if (parts.length > 3 || !name || !['', 'http', 'https'].includes(scheme ?? '')) return undefined
  return { scheme: scheme === 'https' ? 'https' : 'http', name, port: port ?? '' }
}

/** Throws 400 for a name that is none, 404 for an object that is not there, 503 for a Service that nobody serves. */
export async function proxyTargetOf(world: World, call: Call): Promise<ProxyTarget> {
  const asked = askedOf(call.name)
  if (asked === undefined)
    throw badRequest(`invalid ${call.type.plural === 'pods' ? 'pod' : 'service'} request ${JSON.stringify(call.name)}`)
  const { object } = get(world, { ...call, name: asked.name, subresource: '' })
  return call.type.plural === 'pods' ? podTarget(object as k8s.Pod, asked) : serviceTarget(world, object as k8s.Service, asked)
}

function podTarget({ spec, status }: k8s.Pod, { scheme, port }: Asked): ProxyTarget {
  const first = spec?.containers?.flatMap(({ ports = [] }) => ports)[0]?.containerPort
  const number = port === '' ? (first ?? 80) : Number(port)
  if (!status?.podIP) throw badRequest('address not allowed')
  if (!Number.isInteger(number) || number < 1 || number > 65_535) throw badRequest(`invalid port ${JSON.stringify(port)}`)
  return { scheme, host: status.podIP, port: number }
}

async function serviceTarget({ store }: World, { metadata, spec }: k8s.Service, { scheme, port }: Asked): Promise<ProxyTarget> {
  const { name = '', namespace = '' } = metadata
  const ports = spec?.ports ?? []
  const wanted = port === '' && ports.length === 1 ? ports[0] : ports.find((one) => (one.name ?? '') === port || String(one.port) === port)
  if (wanted === undefined) throw unavailable(`no service port ${JSON.stringify(port)} found for service ${JSON.stringify(name)}`)
  const [place] = await readyEndpoints(store)(namespace, name, wanted.port)
  if (place === undefined) throw unavailable(`no endpoints available for service ${JSON.stringify(name)}`)
  return { scheme, ...place }
}

const unavailable = (message: string) => failure(503, 'ServiceUnavailable', message)
