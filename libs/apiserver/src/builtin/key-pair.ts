/** What Go's `tls.X509KeyPair` says of a certificate and its key. */
import { createPrivateKey, X509Certificate } from 'node:crypto'

const BLOCK = /-----BEGIN ([^-]+)-----[\s\S]+?-----END \1-----/g

/** At most one problem; both are base64 of PEM. */
export function keyPairProblems(certificate: string, key: string): string[] {
  const first = blockOf(certificate, 'certificate', (name) => name === 'CERTIFICATE')
  if (typeof first !== 'string') return [first.problem]
  const second = blockOf(key, 'key', (name) => name === 'PRIVATE KEY' || name.endsWith(' PRIVATE KEY'))
  let read: X509Certificate
  try {
    read = new X509Certificate(first)
  } catch {
    return ['x509: malformed certificate']
  }
  if (typeof second !== 'string') return [second.problem]
  try {
    return read.checkPrivateKey(createPrivateKey(second)) ? [] : ['tls: private key does not match public key']
  } catch {
    return ['tls: failed to parse private key']
  }
}

function blockOf(base64: string, what: string, wanted: (name: string) => boolean): string | { readonly problem: string } {
  const blocks = [...Buffer.from(base64, 'base64').toString('latin1').matchAll(BLOCK)]
  const found = blocks.find(([, name = '']) => wanted(name))
  if (found !== undefined) return found[0]
  if (blocks.length === 0) return { problem: `tls: failed to find any PEM data in ${what} input` }
  const names = blocks.map(([, name = '']) => name)
  if (what === 'certificate') {
    const [only = ''] = names
    if (names.length === 1 && only.endsWith('PRIVATE KEY'))
      return {
        problem:
          'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched'
      }
    return {
      problem: `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${names.join(' ')}]`
    }
  }
  if (names.length === 1 && names[0] === 'CERTIFICATE')
    return { problem: 'tls: found a certificate rather than a key in the PEM for the private key' }
  return {
    problem: `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${names.join(' ')}]`
  }
}
