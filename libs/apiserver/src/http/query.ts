/** Query parameters in Go's spelling of booleans and integers. */
import { badRequest } from './errors.ts'

/** False when absent, `0` or `false` in any case; true for everything else, also for nothing behind the name: so Kubernetes converts its options. */
export function booleanOf(query: URLSearchParams, name: string): boolean {
  const text = query.get(name)
  return text !== null && text !== '0' && text.toLowerCase() !== 'false'
}

/** A whole number or undefined when absent or empty; 400 for a word. */
export function integerOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null || text === '') return undefined
  if (!/^[+-]?\d{1,18}$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  return Number(text)
}
