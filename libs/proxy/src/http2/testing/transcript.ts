import { errorName, flag, frameType } from '../codes.ts'
import { BlockReader, type Frame } from './frames.ts'

/**
 * What one side of a connection said, a line a frame: `HEADERS 1 200 x=y END`, `DATA 1 text END`, `RST 1 CANCEL`, `GOAWAY 1 CODE`, `PING ack text`,
 * `WINDOW 0 +100`, `SETTINGS ack`. The values of pseudo fields stand without their names.
 */
export class Transcript {
  readonly #blocks = new BlockReader()
  #head: Frame | undefined

  lines(frames: readonly Frame[]): string[] {
    return frames.flatMap((frame) => this.#line(frame) ?? [])
  }

  #line(frame: Frame): string | undefined {
    const { type, flags, id, payload } = frame
    const end = (flags & flag.endStream) !== 0 ? ' END' : ''
    switch (type) {
      case frameType.data:
        return `DATA ${id} ${payload.length > 40 ? `${payload.length} bytes` : payload.toString('latin1')}${end}`
      case frameType.headers:
      case frameType.continuation:
        return this.#headers(frame)
      case frameType.reset:
        return `RST ${id} ${errorName(payload.readUInt32BE())}`
      case frameType.goAway:
        return `GOAWAY ${payload.readUInt32BE()} ${errorName(payload.readUInt32BE(4))}`
      case frameType.ping:
        return `PING${(flags & flag.ack) !== 0 ? ' ack' : ''} ${payload.toString('latin1')}`
      case frameType.windowUpdate:
        return `WINDOW ${id} +${payload.readUInt32BE()}`
      case frameType.settings:
        return (flags & flag.ack) !== 0 ? 'SETTINGS ack' : 'SETTINGS'
      default:
        return `FRAME ${type}`
    }
  }

  #headers(frame: Frame): string | undefined {
    const first = this.#head ?? frame
    const whole = this.#head === undefined ? frame.payload : Buffer.concat([this.#head.payload, frame.payload])
    this.#head = (frame.flags & flag.endHeaders) === 0 ? { ...first, payload: whole } : undefined
    if (this.#head !== undefined) return undefined
    const fields = this.#blocks.read(whole).map(([name, value]) => (name.startsWith(':') ? value : `${name}=${value}`))
    return ['HEADERS', first.id, ...fields].join(' ') + ((first.flags & flag.endStream) !== 0 ? ' END' : '')
  }
}
