/** An HTTPS client of one kubeconfig that changes nothing: what is sent and what comes back stay exact, down to each Warning header. */
import { readFile } from 'node:fs/promises'
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { buffer as bytesOf } from 'node:stream/consumers'
import { parse } from 'yaml'
import { decodeProtobufAnswer } from '../../libs/apiserver/src/protobuf/decode.ts'

export interface RawRequest {
  readonly method?: string
  readonly path: string
  readonly query?: Readonly<Record<string, string | readonly string[]>> | undefined
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer | undefined
  /** Decodes an answer that is protobuf. */
  readonly decoded?: boolean | undefined
}

export interface RawAnswer {
  readonly status: number
  readonly contentType: string | undefined
  readonly warnings: readonly string[]
  readonly headers?: Readonly<Record<string, unknown>>
  readonly text: string
  /** Undefined when the text is no JSON. */
  readonly json: unknown
}

interface Kubeconfig {
  readonly 'current-context': string
  readonly contexts: readonly { readonly name: string; readonly context: { readonly cluster: string; readonly user: string } }[]
  readonly clusters: readonly { readonly name: string; readonly cluster: Readonly<Record<string, string>> }[]
  readonly users: readonly { readonly name: string; readonly user: Readonly<Record<string, string>> }[]
}

/** Kubernetes' own encoding of its built-in kinds. */
export const PROTOBUF = 'application/vnd.kubernetes.protobuf'
const ANSWER_MS = 60_000

export class RawClient {
  readonly #server: URL
  readonly #agent: Agent
  readonly #login: Readonly<Record<string, string>>

  private constructor(server: URL, agent: Agent, login: Readonly<Record<string, string>>) {
    this.#server = server
    this.#agent = agent
    this.#login = login
  }

  /** Reads the current context. Throws for a file that names no cluster. */
  static async of(kubeconfigFile: string): Promise<RawClient> {
    const file = parse(await readFile(kubeconfigFile, 'utf8')) as Kubeconfig
    const context = file.contexts.find(({ name }) => name === file['current-context'])?.context
    const cluster = file.clusters.find(({ name }) => name === context?.cluster)?.cluster
    if (cluster?.['server'] === undefined) throw new Error(`${kubeconfigFile}: the current context names no cluster`)
    const user = file.users.find(({ name }) => name === context?.user)?.user ?? {}
    const pem = (entry: Readonly<Record<string, string>>, key: string) => {
      const data = entry[`${key}-data`]
      return data === undefined ? (entry[key] === undefined ? undefined : readFile(entry[key])) : Buffer.from(data, 'base64')
    }
    const [ca, cert, key] = await Promise.all([
      pem(cluster, 'certificate-authority'),
      pem(user, 'client-certificate'),
      pem(user, 'client-key')
    ])
    const agent = new Agent({ keepAlive: true, maxSockets: 64, ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) })
    return new RawClient(new URL(cluster['server']), agent, user['token'] ? { authorization: `Bearer ${user['token']}` } : {})
  }

  /** Sends and resolves with the head of the answer; its body is the caller's to read. */
  open({ method = 'GET', path, query = {}, headers = {}, body }: RawRequest): Promise<IncomingMessage> {
    const url = new URL(path, this.#server)
    for (const [key, values] of Object.entries(query)) for (const value of [values].flat()) url.searchParams.append(key, value as string)
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const options: RequestOptions = {
      method,
      agent: this.#agent,
      headers: { accept: 'application/json', ...this.#login, ...headers, ...length }
    }
    return new Promise((resolve, reject) => {
      const request = httpsRequest(url, options, resolve)
      request.on('error', reject)
      request.setTimeout(ANSWER_MS, () => request.destroy(new Error(`no answer in ${ANSWER_MS} ms`)))
      request.end(body)
    })
  }

  /** Sends and reads all of the answer. */
  async send(request: RawRequest): Promise<RawAnswer> {
    const response = await this.open(request)
    const bytes = await bytesOf(response)
    const text = bytes.toString()
    const isProtobuf = request.decoded === true && response.headers['content-type']?.startsWith(PROTOBUF) === true
    return {
      status: response.statusCode ?? 0,
      contentType: response.headers['content-type'],
      warnings: warningsOf(response.rawHeaders),
      headers: response.headers,
      text,
      json: isProtobuf ? decodeProtobufAnswer(bytes) : (jsonOf(text) ?? yamlObjectOf(text))
    }
  }

  close(): void {
    this.#agent.destroy()
  }
}

/** The value of an object in YAML: its style is no promise. A Status stays text. */
function yamlObjectOf(text: string): unknown {
  return text.startsWith('apiVersion: ') && !/^kind: Status$/m.test(text) ? parse(text) : undefined
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not every answer is JSON: the text is compared then.
    return undefined
  }
}

function warningsOf(raw: readonly string[]): string[] {
  return raw.flatMap((name, index) => {
    if (index % 2 === 1 || name.toLowerCase() !== 'warning') return []
    const value = raw[index + 1] ?? ''
    return [/^299 \S+ "((?:[^"\\]|\\.)*)"/.exec(value)?.[1]?.replace(/\\(.)/g, '$1') ?? value]
  })
}
