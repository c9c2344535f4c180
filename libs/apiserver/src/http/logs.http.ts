/** GET pods/log: text as it comes. */
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type * as k8s from '@knative-ts/api/kubernetes'
import { containerOf } from '../requests/pod-container.ts'
import type { LogOptions, PodStreams } from '../requests/pod-streams.ts'
import { badRequest, invalid, invalidValue } from './errors.ts'
import { booleanOf, integerOf } from './query.ts'

const OPTIONS = { group: '', plural: '', kind: 'PodLogOptions' }

function optionsOf(query: URLSearchParams, signal: AbortSignal): LogOptions {
  const whole = (name: string, least: number) => {
    const value = integerOf(query, name)
    if (value !== undefined && value < least)
      throw invalid(OPTIONS, '', [invalidValue(name, value, `must be greater than ${least === 0 ? 'or equal to 0' : '0'}`)])
    return value === undefined ? {} : { [name]: value }
  }
  const sinceTime = query.get('sinceTime')
  if (sinceTime !== null && Number.isNaN(Date.parse(sinceTime)))
    throw badRequest(`parsing time ${JSON.stringify(sinceTime)} as RFC 3339: cannot parse`)
  return {
    follow: booleanOf(query, 'follow'),
    previous: booleanOf(query, 'previous'),
    timestamps: booleanOf(query, 'timestamps'),
    ...whole('tailLines', 0),
    ...whole('sinceSeconds', 1),
    ...whole('limitBytes', 1),
    ...(sinceTime === null ? {} : { sinceTime }),
    signal
  }
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
  const options = optionsOf(query, aborting.signal)
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
