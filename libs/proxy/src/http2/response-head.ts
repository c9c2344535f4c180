import { HeaderList } from '../header-list.ts'
import { FieldDecoder } from './hpack/decoder.ts'
import { fieldKind } from './hpack/field.ts'

/** What the fields of a response head say. Filled by `readResponseHead`, valid until the next call. */
export class ResponseHead {
  static status = 0
  static headers = new HeaderList()
  /** Announced length in bytes; -1 for none. */
  static length = -1
}

const statusText = /^[1-9][0-9]{2}$/
const lengthText = /^[0-9]{1,15}$/

/** Reads the decoded fields as the head of a response (RFC 9113 8.3.2), interim ones too; what is wrong with them, or undefined. */
export function readResponseHead(): string | undefined {
  const { fields, count } = FieldDecoder
  const list: string[] = []
  let status = ''
  let length = -1
  for (let index = 0; index < count; index++) {
    const { name, value, kind } = fields[index] as (typeof fields)[number]
    switch (kind) {
      case fieldKind.status:
        if (status !== '' || index > 0) return 'more than one status, or one behind fields'
        if (!statusText.test(value)) return 'malformed non-numeric status pseudo header'
        status = value
        break
      case fieldKind.method:
      case fieldKind.scheme:
      case fieldKind.path:
      case fieldKind.authority:
      case fieldKind.unknownPseudo:
        return `pseudo field ${name} in a response`
      case fieldKind.connection:
        return `connection-specific field ${name}`
      case fieldKind.malformed:
        return 'malformed field'
      case fieldKind.contentLength:
        if (length >= 0 || !lengthText.test(value)) return 'malformed Content-Length'
        length = Number(value)
        list.push(name, value)
        break
      default:
        list.push(name, value)
    }
  }
  if (status === '') return 'missing status pseudo header'
  if (status === '101') return 'status 101, which HTTP/2 does not have'
  ResponseHead.status = Number(status)
  ResponseHead.headers = new HeaderList(list)
  ResponseHead.length = length
  return undefined
}
