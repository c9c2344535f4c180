import { connect } from 'node:net'

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
}

export interface RawRequest {
  readonly method: string
  readonly path: string
  readonly host: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array
}

const patienceMs = 60_000

/** Sends a request byte by byte as it is said, on a connection of its own, and reads the answer to its end. */
export function rawRequest(port: number, { method, path, host, headers, body }: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(chunk))
    // A server that has refused a head may reset while the rest of it is under way; what it said before is there.
    socket.on('error', (error) => (chunks.length > 0 ? resolve(answerOf(Buffer.concat(chunks))) : reject(error)))
    socket.setTimeout(patienceMs, () => socket.destroy(new Error(`no answer to ${method} ${path} within ${patienceMs} ms`)))
    socket.on('end', () => {
      socket.destroy()
      resolve(answerOf(Buffer.concat(chunks)))
    })
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    const length = body.length > 0 || method === 'POST' ? `Content-Length: ${body.length}\r\n` : ''
    socket.write(Buffer.from(`${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${length}${lines}\r\n`, 'latin1'))
    socket.write(body)
  })
}

function answerOf(bytes: Buffer): RawAnswer {
  const end = bytes.indexOf('\r\n\r\n')
  const [line = '', ...fields] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers = fields.map((field) => [field.slice(0, field.indexOf(':')), field.slice(field.indexOf(':') + 1).trim()] as const)
  return { status: Number(line.split(' ')[1]), headers, body: bytes.subarray(end + 4) }
}
