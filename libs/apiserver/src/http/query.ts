/** Query parameters as Kubernetes' conversions read them (`k8s.io/apimachinery/pkg/runtime/conversion.go`). */
import { badRequest } from './errors.ts'

/** False when absent, `0` or `false` in any case; true for everything else, also for nothing behind the name: so Kubernetes converts its options. */
export function booleanOf(query: URLSearchParams, name: string): boolean {
  const text = query.get(name)
  return text !== null && text !== '0' && text.toLowerCase() !== 'false'
}

const LARGEST = 2n ** 63n - 1n

/** A whole number of 64 bits, or undefined when absent; 400 for what is none, the empty text too. */
export function integerOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  if (!/^[+-]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  const value = BigInt(text.replace('+', ''))
  if (value > LARGEST || value < -LARGEST - 1n) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: value out of range`)
  return Number(value)
}
