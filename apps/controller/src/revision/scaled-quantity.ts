import { formatQuantity, parseQuantity } from '@knative-ts/api'

/** `percent` of a quantity, within bounds; whole units of a thousandth (a quantity below one) or of one. Throws on what is no quantity. */
export function scaledQuantity(text: string, percent: number, lowest: string, highest: string): string {
  const [quantity, low, high] = [read(text), read(lowest), read(highest)]
  // Percentages have at most a few decimals: in millionths they are whole.
  const part = (quantity.nanos * BigInt(Math.round(percent * 10_000))) / 1_000_000n
  const nanos = part < low.nanos ? low.nanos : part > high.nanos ? high.nanos : part
  const unit = nanos < 1_000_000_000_000n ? 1_000_000n : 1_000_000_000n
  return formatQuantity({ nanos: (nanos / unit) * unit, format: low.format })
}

function read(text: string) {
  const result = parseQuantity(text)
  if (!result.ok) throw new Error(`"${text}" is not a quantity: ${result.error}`)
  return result.value
}
