import type { BodySink, BodySource } from '../body.ts'
import type { Exchange } from '../server/exchange.ts'
import type { HeaderList } from '../header-list.ts'
import type { Seen } from './rule.ts'

/** A handler that keeps what it is given of each whole request, by the port of the client, and answers each with 200 and `ok`. */
export class Witness {
  readonly #seen = new Map<number, Seen[]>()
  readonly #begun = new Map<number, number>()

  /** What was seen of the client at this port. */
  of(port: number): readonly Seen[] {
    return this.#seen.get(port) ?? []
  }

  /** How many requests of the client at this port have had a head. */
  begun(port: number): number {
    return this.#begun.get(port) ?? 0
  }

  forget(port: number): void {
    this.#seen.delete(port)
    this.#begun.delete(port)
  }

  readonly handler = async (exchange: Exchange): Promise<void> => {
    const port = exchange.request.remotePort
    this.#begun.set(port, this.begun(port) + 1)
    const seen = await witness(exchange)
    if (seen === undefined) return
    const list = this.#seen.get(port)
    if (list === undefined) this.#seen.set(port, [seen])
    else list.push(seen)
    exchange.respond(200, {}, 'ok')
  }
}

/** What an exchange shows of its request once the body is whole; undefined when it never is. The head is read last: it must have lasted. */
export function witness(exchange: Exchange): Promise<Seen | undefined> {
  return new Promise((resolve) => bodyOf(exchange.request.body, (body) => resolve(body && { ...headOf(exchange), ...body })))
}

/** Method, target, host, fields and upgrade of a request. */
export function headOf({ request }: Exchange): Omit<Seen, 'body' | 'trailers'> {
  const { method, target, host, version, upgrade } = request
  if (version === '2') throw new Error('the corpus is one of HTTP/1')
  const fields = fieldsOf(request.headers).filter((field) => !/^host:/i.test(field))
  return { method, target, host, version, fields, ...(upgrade === undefined ? {} : { upgrade }) }
}

/** Reads a body to its end, or gives undefined when it has none. */
export function bodyOf(source: BodySource, settle: (body: Pick<Seen, 'body' | 'trailers'> | undefined) => void): void {
  let body = ''
  const sink: BodySink = {
    chunk(bytes) {
      body += Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
      return true
    },
    end: (trailers) => settle({ body, trailers: trailers === undefined ? [] : fieldsOf(trailers) }),
    fail: () => settle(undefined)
  }
  source.flowTo(sink)
}

/** Fields of a list, as the corpus has them. */
export function fieldsOf(headers: HeaderList): string[] {
  const fields: string[] = []
  headers.forEach((name, value) => fields.push(`${name}: ${value}`))
  return fields
}
