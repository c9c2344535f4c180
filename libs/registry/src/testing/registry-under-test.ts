/** A registry on loopback that answers as a test says, and remembers what it was asked. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { registryAccess, type RegistryAccess } from '../registry-access.ts'
import { RegistryClient, type Visitor } from '../registry-client.ts'
import { parseImageReference, type ImageReference } from '../image-reference.ts'
import { Keychain } from '../keychain.ts'
import type { Patience } from '../retry.ts'

export type Answering = (request: IncomingMessage, response: ServerResponse) => void

export interface RegistryUnderTest {
  /** `127.0.0.1:PORT` */
  readonly host: string
  /** `METHOD /path`, each. */
  readonly asked: string[]
  readonly headers: IncomingMessage['headers'][]
  close(): Promise<void>
}

/** Starts one; with a key and a certificate it speaks TLS alone. */
export async function registryUnderTest(
  answer: Answering,
  tls?: { readonly key: string; readonly cert: string }
): Promise<RegistryUnderTest> {
  const asked: string[] = []
  const headers: IncomingMessage['headers'][] = []
  const listener: Answering = (request, response) => {
    asked.push(`${request.method} ${request.url}`)
    headers.push(request.headers)
    answer(request, response)
  }
  const server: Server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    headers,
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    }
  }
}

/** Tries again at once, and says how often. */
export function impatience(): Patience & { readonly waited: number[] } {
  const waited: number[] = []
  return { waitsMs: [1, 2, 3], waited, wait: (ms) => Promise.resolve(void waited.push(ms)) }
}

export const directAccess: RegistryAccess = registryAccess({})

/** A client, and what opens a repository of an image with it. */
export function clientUnderTest(access: RegistryAccess = directAccess, now?: () => number) {
  const patience = impatience()
  const client = new RegistryClient(access, patience, now)
  const nobody: Visitor = { keychain: Keychain.empty, userAgent: 'knative/r (serving)' }
  return {
    client,
    patience,
    open: (image: string, keychain = Keychain.empty) => client.open(parseImageReference(image) as ImageReference, { ...nobody, keychain })
  }
}

/** Credentials of one host. */
export const passwordFor = (location: string, username = 'me', password = 's3cret'): Keychain =>
  new Keychain([{ location, credentials: { kind: 'password', username, password, origin: 'secret "regcred"' } }])
