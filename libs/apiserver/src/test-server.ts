/** A running API server for specs, and requests to it over real TLS. */
import { Agent, request } from 'node:https'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { parse } from 'yaml'
import { startApiServer, type ApiServer, type ApiServerOptions } from './api-server.ts'

/** One answer; `json` is undefined when the body is none. */
export interface Answered {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  // oxlint-disable-next-line typescript/no-explicit-any -- what a server answers is what the spec looks into
  readonly json: any
}

export interface Asked {
  readonly headers?: Readonly<Record<string, string>>
  readonly type?: string
  /** Leave out the admin's certificate. */
  readonly anonymous?: boolean
}

export interface TestServer {
  readonly api: ApiServer
  /** Defects that were logged: none may be. */
  readonly defects: string[]
  ask(method: string, path: string, body?: unknown, asked?: Asked): Promise<Answered>
  open(path: string, headers?: Readonly<Record<string, string>>): Promise<IncomingMessage>
  close(): Promise<void>
}

export async function startTestServer(options: Partial<ApiServerOptions> = {}): Promise<TestServer> {
  const defects: string[] = []
  const note = (fields: object, text: string) => void defects.push(`${text} ${String((fields as { err?: unknown }).err)}`)
  const fatal = (error: Error) => void defects.push(String(error))
  const api = await startApiServer({
    port: 0,
    listen: [],
    onFatal: fatal,
    log: { info: () => undefined, warn: note, error: note },
    ...options
  })
  const config = parse(api.adminKubeconfig) as { users: [{ user: Record<string, string> }] }
  const pem = (name: string) => Buffer.from(config.users[0].user[name] ?? '', 'base64')
  const admin = new Agent({ keepAlive: true, ca: api.caPem, cert: pem('client-certificate-data'), key: pem('client-key-data') })
  const nobody = new Agent({ keepAlive: true, ca: api.caPem })
  const open = (method: string, path: string, agent: Agent, headers: Readonly<Record<string, string>>, body?: string | Uint8Array) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port: api.port,
          method,
          path,
          agent,
          headers: { ...headers, ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }) }
        },
        resolve
      )
      sent.on('error', reject)
      sent.end(body)
    })
  return {
    api,
    defects,
    ask: async (method, path, body, { headers = {}, type = 'application/json', anonymous = false } = {}) => {
      const bytes = body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
      const response = await open(
        method,
        path,
        anonymous ? nobody : admin,
        { accept: 'application/json', ...(bytes === undefined ? {} : { 'content-type': type }), ...headers },
        bytes
      )
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk as Buffer)
      const text = Buffer.concat(chunks).toString()
      return {
        status: response.statusCode ?? 0,
        headers: response.headers,
        text,
        json: text.startsWith('{') ? JSON.parse(text) : undefined
      }
    },
    open: (path, headers = {}) => open('GET', path, admin, { accept: 'application/json', ...headers }),
    close: async () => {
      admin.destroy()
      nobody.destroy()
      await api.close()
    }
  }
}

/** Reads watch events line by line until `enough` says so, or the stream ends; then lets the connection go. */
export async function eventsUntil(stream: IncomingMessage, enough: (events: readonly WatchLine[]) => boolean): Promise<WatchLine[]> {
  const events: WatchLine[] = []
  let rest = ''
  for await (const chunk of stream) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    events.push(...lines.map((line) => JSON.parse(line) as WatchLine))
    if (enough(events)) break
  }
  stream.destroy()
  return events
}

export interface WatchLine {
  readonly type: string
  // oxlint-disable-next-line typescript/no-explicit-any -- as above
  readonly object: any
}
