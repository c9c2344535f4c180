/** Serves one watch: its stream, bookmarks, and its end. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Call, World } from '../requests/call.ts'
import type { Selection } from '../requests/selection.ts'
import { watch, watchStartOf } from '../requests/watch.ts'
import { booleanOf, integerOf } from './query.ts'
import { MEDIA, type Representation } from './negotiation.ts'
import { EventBody } from './representation.ts'
import { WatchStream, type WatchLimits } from './watch-stream.ts'

/** Clients give up a silent connection after 30 s. */
const BOOKMARK_MS = 10_000
/** Without `timeoutSeconds` a watch lasts 30 to 60 minutes, so that they do not all end at once. */
const LEAST_SECONDS = 1800

/** Streams until the client goes, its timeout passes, or `closing` aborts. */
export function serveWatch(
  world: World,
  call: Call,
  {
    request,
    response,
    query,
    selection,
    representation,
    closing,
    limits
  }: {
    readonly request: IncomingMessage
    readonly response: ServerResponse
    readonly query: URLSearchParams
    readonly selection: Selection
    readonly representation: Representation
    readonly closing: AbortSignal
    readonly limits: WatchLimits
  }
): void {
  const start = watchStartOf(query)
  const seconds = integerOf(query, 'timeoutSeconds') || LEAST_SECONDS + Math.random() * LEAST_SECONDS
  const bookmarks = booleanOf(query, 'allowWatchBookmarks')
  const media = `${MEDIA[representation.format]}${representation.format === 'json' ? '' : ';stream=watch'}`
  const stream = new WatchStream({ request, response }, new EventBody(world, call, representation, query), media, limits)
  const watching = watch(world, call, start, selection, stream)
  if (watching === undefined) return stream.end()
  const bookmark = () => {
    stream.bookmark(watching.revision(), false)
    stream.flush()
  }
  const ticking = bookmarks ? setInterval(bookmark, BOOKMARK_MS) : undefined
  const finish = () => stream.end()
  const timeout = setTimeout(finish, Math.min(seconds * 1000, 2 ** 31 - 1))
  closing.addEventListener('abort', finish)
  const { socket } = request
  const leave = () => {
    watching.stop()
    stream.stop()
    clearInterval(ticking)
    clearTimeout(timeout)
    closing.removeEventListener('abort', finish)
    response.off('close', leave)
    socket.off('close', leave)
  }
  response.on('close', leave)
  // An answer that still waits for its turn on the connection is not told that the client went.
  socket.on('close', leave)
}
