/** What the original took and refused, and what a subscriber then got, over a broker's ingress and a channel. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { readEvent } from '../codec/read-event.ts'
import { writeBinary } from '../codec/write.ts'
import { InvalidEvent } from '../event/invalid-event.ts'
import { headersOf } from '../headers.fixture.ts'

type Body = string | { readonly base64: string }
interface Case {
  readonly name: string
  readonly headers: [string, string][]
  readonly body: Body
  readonly status: number
  readonly received?: { readonly headers: [string, string][]; readonly body: Body }
}

const cases = JSON.parse(readFileSync(new URL('./events.recorded.json', import.meta.url), 'utf8')) as Case[]
const bytesOf = (body: Body): Buffer => (typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.base64, 'base64'))

/** What a broker sets itself, so it is not in the recording. */
const ofBrokers = ['ce-knativearrivaltime', 'ce-knativebrokerttl']

/** Where ours is better on purpose. */
const better: Readonly<Record<string, { readonly accepted?: true; readonly header?: [string, string] }>> = {
  // The original takes or refuses it at random.
  'specversion-0.3-extras': { accepted: true },
  // The original cuts the fraction off.
  'structured-extension-float': { header: ['ce-ext', '1.5'] }
}

describe('an event as recorded', () => {
  it.each(cases)('$name', ({ name, headers, body, status, received }) => {
    const read = (): ReturnType<typeof readEvent> => readEvent(headersOf(headers), bytesOf(body))
    if (status === 400 && better[name]?.accepted !== true) {
      expect(read).toThrow(InvalidEvent)
      return
    }
    const written = writeBinary(read())
    if (received === undefined) return
    const wanted = received.headers.map(([header, value]) => [header.toLowerCase(), value])
    const instead = better[name]?.header
    const sent = written.headers.filter(([header]) => !ofBrokers.includes(header))
    expect(Object.fromEntries(sent)).toEqual({ ...Object.fromEntries(wanted), ...(instead && { [instead[0]]: instead[1] }) })
    expect(Buffer.from(written.body).toString('latin1')).toBe(bytesOf(received.body).toString('latin1'))
  })
})
