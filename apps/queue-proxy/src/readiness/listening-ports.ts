/** Which ports are open in this pod: its containers share one network, so the sidecar sees what the user container listens on. */
import { readFile } from 'node:fs'

/** A listening socket. `address` as the kernel writes it: IPv4 or IPv6 in text. */
export interface Listening {
  readonly address: string
  readonly port: number
}

const listen = '0A'

/** The listening sockets of both tables; none where the kernel does not show them. */
export async function listeningPorts(read: (path: string) => Promise<string> = tableIn): Promise<Listening[]> {
  // A sandbox without these files has no answer to give.
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map((path) => read(path).catch(() => '')))
  return tables.flatMap((table) => table.split('\n').slice(1).flatMap(listeningIn))
}

/** By the callback: `node:fs/promises` takes its time at a cold start, and few pods ever come here. */
function tableIn(path: string): Promise<string> {
  return new Promise((resolve, reject) => readFile(path, 'latin1', (error, text) => (error === null ? resolve(text) : reject(error))))
}

/** `  0: 0100007F:1F90 00000000:0000 0A ...`: address and port in hexadecimal, the address in the byte order of the machine. */
function listeningIn(line: string): Listening[] {
  const [, local = '', , state] = line.trim().split(/\s+/)
  const [address = '', port = ''] = local.split(':')
  return state === listen ? [{ address: addressOf(address), port: Number.parseInt(port, 16) }] : []
}

/** Words of 32 bits, each with its lowest byte first on the machines that we run on. */
function addressOf(hex: string): string {
  const bytes = [...(hex.match(/.{8}/g) ?? [])].flatMap((word) => [...Buffer.from(word, 'hex')].toReversed())
  if (bytes.length === 4) return bytes.join('.')
  const last = bytes.at(-1)
  if (bytes.slice(0, 15).every((byte) => byte === 0) && (last === 0 || last === 1)) return last === 0 ? '::' : '::1'
  const groups = Array.from({ length: 8 }, (_, at) => (((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0)).toString(16))
  return groups.join(':')
}
