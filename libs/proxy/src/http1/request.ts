import type { BodySource } from '../body.ts'
import type { HttpVersion, InboundRequest } from '../server/exchange.ts'
import { HeaderList } from '../header-list.ts'
import type { Wire } from '../wire/wire.ts'
import type { Head } from './head.ts'

const common = ['GET', 'POST', 'PUT', 'HEAD', 'PATCH', 'DELETE', 'OPTIONS'] as const

/** What a parsed head and its connection make of a request. Its text is made when asked for. */
export class ReceivedRequest implements InboundRequest {
  readonly version: HttpVersion
  readonly headers: HeaderList
  readonly body: BodySource
  readonly upgrade: string | undefined
  readonly method: string
  #head: Head | undefined
  readonly #wire: Wire
  readonly #reduced: boolean
  #target: string | undefined

  /** @param target when the received one is not in origin form */
  constructor(wire: Wire, head: Head, target: string | undefined, body: BodySource, upgrade: string | undefined) {
    this.#wire = wire
    this.#head = head
    this.#target = target
    this.#reduced = target !== undefined
    this.version = head.minor === 0 ? '1.0' : '1.1'
    this.headers = HeaderList.received(head)
    this.body = body
    this.upgrade = upgrade
    this.method = methodOf(head)
  }

  get target(): string {
    const head = this.#head
    if (this.#target === undefined && head !== undefined) this.#target = head.text(head.targetAt, head.targetEnd)
    return this.#target ?? ''
  }

  /** The exchange is over: the head serves another request from here on, of which nothing may be seen here. */
  release(): void {
    this.#head = undefined
    this.headers.release()
  }

  /** The request line can be passed on as it came. */
  get lineStays(): boolean {
    return !this.#reduced
  }

  get isHead(): boolean {
    return this.method === 'HEAD'
  }

  get host(): string {
    return this.headers.get('Host') ?? ''
  }

  set host(value: string) {
    this.headers.set('Host', value)
  }

  get remoteAddress(): string {
    return this.#wire.remoteAddress
  }

  get remotePort(): number {
    return this.#wire.remotePort
  }

  get localAddress(): string {
    return this.#wire.localAddress
  }

  get localPort(): number {
    return this.#wire.localPort
  }

  get secure(): boolean {
    return this.#wire.secure
  }
}

/** Methods that everybody uses cost no text. */
function methodOf(head: Head): string {
  const { bytes, base, methodEnd } = head
  for (const method of common) {
    if (method.length !== methodEnd) continue
    let index = 0
    while (index < methodEnd && bytes[base + index] === method.charCodeAt(index)) index++
    if (index === methodEnd) return method
  }
  return head.text(0, methodEnd)
}
