/** Query parameters in Go's spelling of booleans and integers. */
import { badRequest } from './errors.ts'

/** `true` for Go's true spellings; absent and empty are false; anything else is 400. */
export function booleanOf(query: URLSearchParams, name: string): boolean {
  const text = query.get(name)
  if (text === null || text === '') return query.has(name) && text === ''
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return false
  throw badRequest(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`)
}

/** A whole number or undefined when absent or empty; 400 for a word. */
export function integerOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null || text === '') return undefined
  if (!/^[+-]?\d{1,18}$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  return Number(text)
}
