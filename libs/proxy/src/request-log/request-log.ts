import type { Exchange } from '../server/exchange.ts'
import type { Stage } from '../server/pipeline.ts'
import { isKubeletProbe } from '../probes/kubelet-probe.ts'
import { networkProbe } from '../probes/network-probe.ts'
import { compileTemplate } from './go-template.ts'

/** What a template may say of the revision that a request is for; empty where it is not known. */
export interface LoggedRevision {
  readonly name: string
  readonly namespace: string
  readonly service: string
  readonly configuration: string
  readonly podName: string
  readonly podIp: string
}

/** What is written of which requests, and where to. */
export interface RequestLogOptions<C> {
  /** A Go template (config-observability, `logging.request-log-template`). */
  readonly template: string
  /** Write a line for probes too. */
  readonly logsProbes: boolean
  readonly revisionOf: (exchange: Exchange<C>) => LoggedRevision
  readonly write: (line: string) => void
}

/** What a template sees: `.Request`, `.Response`, `.Revision`, `.TraceID` (reference 5.6). */
interface Entry {
  readonly exchange: Exchange
  readonly code: number
  readonly latencySeconds: number
  readonly revision: LoggedRevision
}

const protocols = { '1.0': 'HTTP/1.0', '1.1': 'HTTP/1.1', '2': 'HTTP/2.0' } as const

const fields: Readonly<Record<string, (entry: Entry, argument: string | undefined) => string | number>> = {
  'Request.Method': ({ exchange }) => exchange.request.method,
  'Request.RequestURI': ({ exchange }) => exchange.request.target,
  'Request.URL': ({ exchange }) => exchange.request.target,
  'Request.URL.Path': ({ exchange }) => exchange.request.target.split('?', 1)[0] as string,
  'Request.Host': ({ exchange }) => exchange.request.host,
  'Request.ContentLength': ({ exchange }) => exchange.request.body.length,
  'Request.Proto': ({ exchange }) => protocols[exchange.request.version],
  'Request.RemoteAddr': ({ exchange }) => remoteOf(exchange),
  'Request.UserAgent': ({ exchange }) => exchange.request.headers.get('User-Agent') ?? '',
  'Request.Referer': ({ exchange }) => exchange.request.headers.get('Referer') ?? '',
  'Request.TLS': ({ exchange }) => (exchange.request.secure ? '{}' : '<nil>'),
  'Request.Header.Get': ({ exchange }, name) => exchange.request.headers.get(name ?? '') ?? '',
  'Response.Code': ({ code }) => code,
  'Response.Size': ({ exchange }) => exchange.response.bytes,
  'Response.Latency': ({ latencySeconds }) => latencySeconds,
  'Revision.Name': ({ revision }) => revision.name,
  'Revision.Namespace': ({ revision }) => revision.namespace,
  'Revision.Service': ({ revision }) => revision.service,
  'Revision.Configuration': ({ revision }) => revision.configuration,
  'Revision.PodName': ({ revision }) => revision.podName,
  'Revision.PodIP': ({ revision }) => revision.podIp,
  TraceID: ({ exchange }) => traceOf(exchange)
}

/** A stage that writes one line per request by a template, at its end. Throws on a template that it cannot use. */
export function requestLog<C>({ template, logsProbes, revisionOf, write }: RequestLogOptions<C>): Stage<C> {
  const render = compileTemplate<Entry>(template, (entry, path, argument) => fields[path]?.(entry, argument))
  const ended = (exchange: Exchange<C>): void => {
    // To the nanosecond: beyond it are only what sums of binary fractions leave.
    const latencySeconds = Math.round((performance.now() - exchange.startedAt) * 1e6) / 1e9
    // A client that left before anything was sent has no status.
    const code = exchange.response.status === 0 ? 500 : exchange.response.status
    write(`${render({ exchange: exchange as Exchange, code, latencySeconds, revision: revisionOf(exchange) })}\n`)
  }
  return (exchange, next) => {
    const { headers } = exchange.request
    if (logsProbes || !(isKubeletProbe(headers) || networkProbe(headers) !== undefined)) exchange.onEnd(ended)
    return next(exchange)
  }
}

function remoteOf({ request }: Exchange): string {
  const { remoteAddress, remotePort } = request
  return remoteAddress.includes(':') ? `[${remoteAddress}]:${remotePort}` : `${remoteAddress}:${remotePort}`
}

/** The trace of W3C `traceparent`, else of B3. */
function traceOf({ request }: Exchange): string {
  const parent = /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(request.headers.get('Traceparent') ?? '')
  return parent?.[1] ?? request.headers.get('X-B3-Traceid') ?? ''
}
