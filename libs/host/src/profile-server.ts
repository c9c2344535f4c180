/** Profiles over HTTP, under the paths of Go's net/http/pprof. Loaded and opened only while `runtime-profiling` is `enabled`. */
import { createServer, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Log } from '@knative-ts/telemetry/logger'
import { pprofOfCpu, pprofOfHeap } from '@knative-ts/telemetry/pprof'
import { cpuProfile, heapProfile, heapSnapshot } from '@knative-ts/telemetry/profiles'
import { closeServer, listenOn } from './listen.ts'

const usage = `profiles of this process, for go tool pprof, or with format=v8 for Chrome's DevTools:
/debug/pprof/profile?seconds=30   CPU (.pb.gz, .cpuprofile)
/debug/pprof/heap?seconds=30      allocations that live on (.pb.gz, .heapprofile)
/debug/pprof/heapsnapshot         all of the heap, secrets included; stops the process while it is made (.heapsnapshot)
`
const defaultSeconds = 30
const mostSeconds = 300

/** What was asked for; `v8`: in V8's own format. */
interface Wanted {
  readonly path: string
  readonly seconds: number
  readonly v8: boolean
}

/** Resolves once it listens; the profile under way ends when it is closed. */
export async function openProfileServer(at: { readonly port: number; readonly host?: string }, log: Log) {
  let busy = false
  const closing = new AbortController()
  const answer = async ({ path, seconds, v8 }: Wanted, response: ServerResponse): Promise<void> => {
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const signal = AbortSignal.any([gone.signal, closing.signal])
    if (path === '/debug/pprof/profile') {
      const profile = await cpuProfile(seconds, signal)
      if (v8) send(response, 'cpuprofile', JSON.stringify(profile))
      else send(response, 'pb.gz', pprofOfCpu(profile))
    } else if (path === '/debug/pprof/heap') {
      const profile = await heapProfile(seconds, signal)
      if (v8) send(response, 'heapprofile', JSON.stringify(profile))
      else send(response, 'pb.gz', pprofOfHeap(profile))
    } else {
      attach(response, 'heapsnapshot')
      await pipeline(heapSnapshot(), response)
    }
  }
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const seconds = Number(url.searchParams.get('seconds') ?? defaultSeconds)
    if (request.method !== 'GET') say(response, 405, 'only GET is answered')
    else if (url.pathname === '/debug/pprof/' || url.pathname === '/debug/pprof') say(response, 200, usage)
    else if (!['/debug/pprof/profile', '/debug/pprof/heap', '/debug/pprof/heapsnapshot'].includes(url.pathname)) say(response, 404, usage)
    else if (!(seconds > 0 && seconds <= mostSeconds)) say(response, 400, `seconds must be above 0 and at most ${mostSeconds}`)
    else if (busy) say(response, 409, 'another profile is being taken')
    else {
      busy = true
      log.info({ path: url.pathname, seconds, client: request.socket.remoteAddress }, 'taking a profile')
      answer({ path: url.pathname, seconds, v8: url.searchParams.get('format') === 'v8' }, response)
        .catch((error: unknown) => {
          log.warn({ error, path: url.pathname }, 'a profile was not taken')
          if (!response.headersSent) say(response, 500, String(error))
          else response.destroy()
        })
        .finally(() => (busy = false))
    }
  })
  const port = await listenOn(server, at)
  log.warn({ port }, 'serving profiles to everybody who reaches this port: switch runtime-profiling off when done')
  return {
    port,
    close: async () => {
      closing.abort()
      await closeServer(server)
      log.info({ port }, 'profiles are not served any more')
    }
  }
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text.trimEnd()}\n`)
}

function attach(response: ServerResponse, extension: string): void {
  const type = extension === 'pb.gz' ? 'application/octet-stream' : 'application/json'
  response.writeHead(200, { 'content-type': type, 'content-disposition': `attachment; filename="profile.${extension}"` })
}

function send(response: ServerResponse, extension: string, body: string | Uint8Array): void {
  attach(response, extension)
  response.end(body)
}
