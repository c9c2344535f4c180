import type { KubeObject, Resource } from '@knative-ts/api'
import { StringDecoder } from 'node:string_decoder'
import { ApiError, type Status } from './api-error.ts'
import type { WatchEvent, WatchOptions } from './client.ts'
import { ConnectionError } from './connection-error.ts'
import { collectionPath, queryOf, selectionQuery } from './resource-path.ts'
import { apiErrorOf } from './status-of.ts'
import type { Transport } from './transport.ts'

/** API servers send a bookmark a minute; one that is silent for longer than two is taken for dead though its host still answers TCP. */
const silenceMs = 150_000

/** Events of one watch request: ends when the server closes it in good order, throws when it broke or sent ERROR. */
export async function* watchStream<T extends KubeObject>(
  transport: Transport,
  resource: Resource<T>,
  options: WatchOptions
): AsyncGenerator<WatchEvent<T>> {
  const path =
    collectionPath(resource, options.namespace) +
    queryOf({
      ...selectionQuery(options),
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion: options.resourceVersion,
      // Spread between 5 and 10 minutes as client-go does, so that watches of one server do not end together.
      timeoutSeconds: Math.floor(300 + 300 * Math.random())
    })
  const given = new AbortController()
  const signal = AbortSignal.any([options.signal, given.signal])
  // While nobody reads, silence says nothing.
  let isReading = true
  const silent = setTimeout(() => {
    if (isReading) given.abort(new Error(`silent for ${silenceMs} ms`))
    else silent.refresh()
  }, silenceMs)
  try {
    const message = await transport.stream({ method: 'GET', path, headers: { accept: 'application/json' }, signal })
    if ((message.statusCode ?? 0) >= 400) throw apiErrorOf(message.statusCode ?? 0, (await message.toArray()).join(''), `GET ${path}`)
    const decoder = new StringDecoder('utf8')
    let rest = ''
    for await (const chunk of message) {
      silent.refresh()
      const lines = (rest + decoder.write(chunk as Buffer)).split('\n')
      rest = lines.pop() ?? ''
      isReading = false
      for (const line of lines) if (line !== '') yield eventOf<T>(line)
      isReading = true
    }
    // Half a line: the server was cut off in the middle of an event although the stream looked closed.
    if (rest.trim() !== '') throw new Error('the watch ended within an event')
  } catch (error) {
    if (options.signal.aborted) return
    if (error instanceof ApiError || error instanceof ConnectionError) throw error
    throw new ConnectionError('GET', path, transport.address, given.signal.aborted ? given.signal.reason : error)
  } finally {
    clearTimeout(silent)
    // Also when the consumer stops early: frees the connection.
    given.abort()
  }
}

function eventOf<T extends KubeObject>(line: string): WatchEvent<T> {
  const event = JSON.parse(line) as { type: string; object: unknown }
  if (event.type === 'ERROR') throw new ApiError(event.object as Status)
  if (event.type === 'BOOKMARK') return { type: 'BOOKMARK', resourceVersion: (event.object as T).metadata.resourceVersion ?? '' }
  return event as WatchEvent<T>
}
