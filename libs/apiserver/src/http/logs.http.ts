/** GET pods/log: text as it comes. */
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type * as k8s from '@knative-ts/api/kubernetes'
import { containerOf } from '../requests/pod-container.ts'
import type { LogOptions, PodStreams } from '../requests/pod-streams.ts'
import { badRequest, forbiddenField, invalid, invalidValue, type Cause } from './errors.ts'
import { booleanOf, integerOf } from './query.ts'

const OPTIONS = { group: '', plural: '', kind: 'PodLogOptions' }

function optionsOf(pod: string, query: URLSearchParams, signal: AbortSignal): LogOptions {
  const whole = (name: string) => {
    const value = integerOf(query, name)
    return value === undefined ? {} : { [name]: value }
  }
  const sinceTime = query.get('sinceTime')
  if (sinceTime !== null && (!RFC3339.test(sinceTime) || Number.isNaN(Date.parse(sinceTime)))) throw badRequest(timeProblem(sinceTime))
  const options: LogOptions = {
    follow: booleanOf(query, 'follow'),
    previous: booleanOf(query, 'previous'),
    timestamps: booleanOf(query, 'timestamps'),
    ...whole('tailLines'),
    ...whole('sinceSeconds'),
    ...whole('limitBytes'),
    ...(sinceTime === null ? {} : { sinceTime }),
    signal
  }
  const causes = problemsOf(options)
  if (query.has('stream')) causes.push(forbiddenField('stream', 'may not be specified'))
  if (causes.length > 0) throw invalid(OPTIONS, pod, causes)
  return options
}

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:\d\d)$/
const LAYOUT = ['2006', '-', '01', '-', '02', 'T', '15', ':', '04', ':', '05', 'Z07:00']

/** What Go's time package says of a text that is no RFC 3339 time: where it stopped to read. */
function timeProblem(text: string): string {
  const problem = `parsing time ${JSON.stringify(text)}`
  let rest = text
  for (const element of LAYOUT) {
    const form =
      element === 'Z07:00' ? /^(Z|[+-]\d\d:\d\d)/ : /^\d/.test(element) ? new RegExp(`^\\d{${element.length}}`) : new RegExp(`^${element}`)
    const found = form.exec(rest)?.[0]
    if (found === undefined)
      return `${problem} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(element)}`
    rest = rest.slice(found.length)
    if (element === '05') rest = rest.replace(/^[.,]\d+/, '')
  }
  return rest === '' ? `${problem}: day out of range` : `${problem}: extra text: ${JSON.stringify(rest)}`
}

function problemsOf({ tailLines = 0, limitBytes = 1, sinceSeconds, sinceTime }: LogOptions): Cause[] {
  const causes: Cause[] = []
  if (tailLines < 0) causes.push(invalidValue('tailLines', tailLines, 'must be greater than or equal to 0'))
  if (limitBytes < 1) causes.push(invalidValue('limitBytes', limitBytes, 'must be greater than 0'))
  if (sinceSeconds === undefined) return causes
  if (sinceTime !== undefined) causes.push(forbiddenField('[]', 'at most one of `sinceTime` or `sinceSeconds` may be specified'))
  else if (sinceSeconds < 1) causes.push(invalidValue('sinceSeconds', sinceSeconds, 'must be greater than 0'))
  return causes
}

/** Streams a container's log. Throws before the first byte; later failures break the connection. */
export async function serveLogs(
  streams: PodStreams | undefined,
  pod: k8s.Pod,
  query: URLSearchParams,
  response: ServerResponse
): Promise<void> {
  const aborting = new AbortController()
  response.on('close', () => aborting.abort())
  const options = optionsOf(pod.metadata.name ?? '', query, aborting.signal)
  const container = containerOf(pod, query.get('container') ?? '')
  if (!pod.spec?.nodeName) {
    // Not on a node yet: there is nothing to say, which is no error.
    response.writeHead(204).end()
    return
  }
  if (streams === undefined) throw badRequest(`no node agent serves node ${pod.spec.nodeName}: logs are not available`)
  const { name = '', namespace = '' } = pod.metadata
  const lines = streams.logs({ namespace, name }, container, options)[Symbol.asyncIterator]()
  const first = await lines.next()
  response.writeHead(200, { 'Content-Type': 'text/plain', 'Cache-Control': 'no-cache, private' })
  response.flushHeaders()
  try {
    for (let next = first; next.done !== true; next = await lines.next()) {
      if (response.destroyed) break
      if (!response.write(next.value)) await Promise.race([once(response, 'drain'), once(response, 'close')])
    }
  } finally {
    await lines.return?.()
  }
  response.end()
}
