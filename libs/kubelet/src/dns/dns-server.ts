/** The name server of pods: answers for cluster.local, and passes the rest to the host's resolvers. */
import { createSocket, type Socket } from 'node:dgram'
import { createServer, type Server, type Socket as TcpSocket } from 'node:net'
import { resolveName, type ServiceDirectory } from './cluster-zone.ts'
import { type DnsRecord, parseQuery, type Question, recordTypes, response, responseCodes } from './message.ts'
import { ask, framed, hostNameServers } from './upstream.ts'

export class DnsServer {
  readonly #at: { readonly address: string; readonly port: number }
  readonly #directory: ServiceDirectory
  readonly #upstream: readonly string[]
  readonly #udp: Socket = createSocket('udp4')
  readonly #tcp: Server
  readonly #connections = new Set<TcpSocket>()

  constructor(
    at: { readonly address: string; readonly port: number },
    directory: ServiceDirectory,
    upstream: readonly string[] = hostNameServers()
  ) {
    this.#at = at
    this.#directory = directory
    this.#upstream = upstream.filter((server) => server !== at.address)
    this.#udp.on('message', (query, from) => {
      void this.#answer(query, true).then((answer) => {
        if (answer !== undefined) this.#udp.send(answer, from.port, from.address)
      })
    })
    this.#tcp = createServer((socket) => this.#converse(socket))
  }

  /** Rejects when the address cannot be bound. */
  async start(): Promise<void> {
    const { address, port } = this.#at
    await new Promise<void>((resolve, reject) => {
      this.#udp.once('error', reject)
      this.#udp.bind({ address, port, exclusive: true }, () => resolve())
    })
    await new Promise<void>((resolve, reject) => {
      this.#tcp.once('error', reject)
      this.#tcp.listen({ host: address, port }, () => resolve())
    })
  }

  async close(): Promise<void> {
    for (const socket of this.#connections) socket.destroy()
    await Promise.all([
      new Promise<void>((resolve) => this.#udp.close(() => resolve())),
      new Promise<void>((resolve) => {
        this.#tcp.close(() => resolve())
      })
    ])
  }

  #converse(socket: TcpSocket): void {
    this.#connections.add(socket)
    let pending: Buffer = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk])
      while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
        const end = 2 + pending.readUInt16BE(0)
        const query = pending.subarray(2, end)
        pending = pending.subarray(end)
        void this.#answer(query, false).then((answer) => {
          if (answer === undefined) socket.destroy()
          else if (socket.writable) socket.write(framed(answer))
        })
      }
    })
    // A client that hangs up takes its questions with it.
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#connections.delete(socket))
  }

  async #answer(query: Buffer, overUdp: boolean): Promise<Buffer | undefined> {
    const question = parseQuery(query)
    if (question === undefined) return undefined
    const found = resolveName(question.name, this.#directory)
    switch (found.kind) {
      case 'addresses':
        return response(question, responseCodes.ok, addressRecords(question, question.name, found.addresses), overUdp)
      case 'missing':
        return response(question, responseCodes.noSuchName, [], overUdp)
      case 'alias':
        return response(question, responseCodes.ok, await this.#follow(question, found.target), overUdp)
      case 'foreign':
        if (this.#upstream.length === 0) return response(question, responseCodes.noSuchName, [], overUdp)
        return (await ask(this.#upstream, query, overUdp)) ?? response(question, responseCodes.serverFailure, [], overUdp)
    }
  }

  /** The alias, and the addresses behind it when they are the cluster's own: most resolvers do not ask again. */
  async #follow(question: Question, target: string): Promise<DnsRecord[]> {
    const alias: DnsRecord = { type: 'CNAME', name: question.name, target }
    const behind = resolveName(target, this.#directory)
    if (behind.kind === 'addresses') return [alias, ...addressRecords(question, target, behind.addresses)]
    if (behind.kind !== 'foreign' || question.type !== recordTypes.A) return [alias]
    const { resolve4 } = await import('node:dns/promises')
    // An alias whose target cannot be resolved is still the true answer.
    const addresses = await resolve4(target).catch(() => [])
    return [alias, ...addressRecords(question, target, addresses)]
  }
}

/** In the order of a random start, so that clients that take the first spread out. */
function addressRecords(question: Question, name: string, addresses: readonly string[]): DnsRecord[] {
  if (question.type !== recordTypes.A && question.type !== 255) return []
  const from = Math.floor(Math.random() * addresses.length)
  return [...addresses.slice(from), ...addresses.slice(0, from)].map((address) => ({ type: 'A', name, address }))
}
