/** What a client says of its terminal: JSON objects `{"Width":80,"Height":24}`, one after the other. */

export interface TerminalSize {
  readonly width: number
  readonly height: number
}

/** Reads sizes from bytes that may be cut anywhere; what is no size is skipped, for it changes no terminal. */
export async function* terminalSizes(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<TerminalSize, void> {
  let text = ''
  for await (const chunk of bytes) {
    text = (text + Buffer.from(chunk).toString('latin1')).slice(-mostBytes)
    for (let end = text.indexOf('}'); end >= 0; end = text.indexOf('}')) {
      const size = sizeOf(text.slice(0, end + 1))
      text = text.slice(end + 1)
      if (size !== undefined) yield size
    }
  }
}

const mostBytes = 4_096
const largest = 65_535

function sizeOf(text: string): TerminalSize | undefined {
  const number = (name: string): number => Number(new RegExp(`"${name}"\\s*:\\s*(\\d{1,5})\\b`, 'i').exec(text)?.[1] ?? Number.NaN)
  const [width, height] = [number('Width'), number('Height')]
  return width > 0 && height > 0 && width <= largest && height <= largest ? { width, height } : undefined
}
