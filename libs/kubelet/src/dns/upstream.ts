/** The host's own resolvers, for names outside the cluster. */
import { createSocket } from 'node:dgram'
import { existsSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'

const timeoutMs = 2_000

/** IPv4 name servers of a resolv.conf. */
export function nameServersOf(text: string): string[] {
  return [...text.matchAll(/^\s*nameserver\s+(\d+\.\d+\.\d+\.\d+)/gm)].map((match) => match[1] as string)
}

/** Name servers of this machine, systemd's own behind its stub included; empty when there are none. */
export function hostNameServers(): string[] {
  for (const file of ['/run/systemd/resolve/resolv.conf', '/etc/resolv.conf']) {
    if (existsSync(file)) return nameServersOf(readFileSync(file, 'utf8'))
  }
  return []
}

/** Sends a query as it came to each server in turn; undefined when none answers in 2 s. */
export async function ask(servers: readonly string[], query: Buffer, overUdp: boolean): Promise<Buffer | undefined> {
  for (const server of servers) {
    const answer = overUdp ? await askUdp(server, query) : await askTcp(server, query)
    if (answer !== undefined) return answer
  }
  return undefined
}

function askUdp(server: string, query: Buffer): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    const end = (answer?: Buffer): void => {
      clearTimeout(timer)
      socket.close()
      resolve(answer)
    }
    const timer = setTimeout(end, timeoutMs)
    // No answer is an answer too: the next server is asked.
    socket.on('error', () => end())
    socket.on('message', (answer) => {
      if (answer.length >= 12 && answer.readUInt16BE(0) === query.readUInt16BE(0)) end(answer)
    })
    socket.send(query, 53, server)
  })
}

function askTcp(server: string, query: Buffer): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: server, port: 53 })
    const chunks: Buffer[] = []
    const end = (answer?: Buffer): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(answer)
    }
    const timer = setTimeout(end, timeoutMs)
    // No answer is an answer too: the next server is asked.
    socket.on('error', () => end())
    socket.on('close', () => end())
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      const all = Buffer.concat(chunks)
      if (all.length >= 2 && all.length >= 2 + all.readUInt16BE(0)) end(all.subarray(2, 2 + all.readUInt16BE(0)))
    })
    socket.end(framed(query))
  })
}

/** A message with its length before it, as over TCP. */
export function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(message.length)
  return Buffer.concat([length, message])
}
