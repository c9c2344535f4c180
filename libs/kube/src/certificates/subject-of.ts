import { X509Certificate } from 'node:crypto'

/** A certificate's subject, byte by byte as it stands there: what the certificates that it signs must name as their issuer. Takes PEM or DER. */
export function subjectOf(certificate: string | Uint8Array): Buffer {
  const whole = new X509Certificate(certificate).raw
  // Certificate { TBSCertificate { [0] version?, serial, signature, issuer, validity, subject, ... (RFC 5280, 4.1)
  const body = elementsOf(contentOf(contentOf(whole)))
  const [first] = body
  const subject = body[first?.[0] === 0xa0 ? 5 : 4]
  if (subject === undefined) throw new Error('the certificate has no subject')
  return subject
}

/** The content of the first element of `bytes`. */
function contentOf(bytes: Buffer): Buffer {
  const { start, end } = extentOf(bytes, 0)
  return bytes.subarray(start, end)
}

function elementsOf(bytes: Buffer): Buffer[] {
  const elements: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const { end } = extentOf(bytes, at)
    elements.push(bytes.subarray(at, end))
    at = end
  }
  return elements
}

/** Where the content of the element at `at` begins and ends. Throws a RangeError for what is cut off; OpenSSL has read it before. */
function extentOf(bytes: Buffer, at: number): { readonly start: number; readonly end: number } {
  const short = bytes.readUInt8(at + 1)
  if (short < 0x80) return { start: at + 2, end: at + 2 + short }
  const size = short & 0x7f
  const start = at + 2 + size
  return { start, end: start + bytes.readUIntBE(at + 2, size) }
}
