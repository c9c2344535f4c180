import { bytesInBase64 } from '../go/base64.ts'
import { invalidValue, type FieldError } from '../validation/field-error.ts'

const block = /-----BEGIN ([^-\r\n]*)-----[ \t]*\r?\n([\s\S]*?)-----END \1-----[ \t]*(?:\r?\n|$)/g
const base64 = /^[A-Za-z0-9+/]*={0,2}$/

/** What is wrong with certificates in PEM. Text around the blocks does not count. Upstream names the field `caCert`. */
export function certificateErrors(text: string): FieldError[] {
  const blocks = [...text.matchAll(block)].filter(([, , body = '']) => isBase64(body))
  if (blocks.length === 0) return [invalidValue('CA Cert provided is invalid', 'caCert')]
  return blocks.every(([, kind, body = '']) => kind === 'CERTIFICATE' && isCertificate(bytesInBase64(body)))
    ? []
    : [invalidValue('CA Cert provided is not a certificate', 'caCert')]
}

function isBase64(body: string): boolean {
  const text = body.replaceAll(/\s/g, '')
  return text.length % 4 === 0 && base64.test(text)
}

/** The beginning of a DER certificate: a sequence that holds a sequence, and is as long as it says. */
function isCertificate(bytes: readonly number[]): boolean {
  const outer = sequenceAt(bytes, 0)
  if (outer === undefined || outer.end !== bytes.length) return false
  const inner = sequenceAt(bytes, outer.content)
  return inner !== undefined && inner.end < outer.end
}

function sequenceAt(bytes: readonly number[], at: number): { content: number; end: number } | undefined {
  if (bytes[at] !== 0x30) return undefined
  const first = bytes[at + 1] ?? 0
  const count = first < 0x80 ? 0 : first & 0x7f
  const content = at + 2 + count
  const length = count === 0 ? first : bytes.slice(at + 2, content).reduce((sum, byte) => sum * 256 + byte, 0)
  return content + length > bytes.length ? undefined : { content, end: content + length }
}
