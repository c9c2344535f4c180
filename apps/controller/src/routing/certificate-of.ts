import { createPrivateKey, X509Certificate } from 'node:crypto'
import { keyOf, keyText } from '@knative-ts/api'
import type { Secret } from '@knative-ts/api/kubernetes'
import type { routing } from '@knative-ts/wire'

/** What a Secret of type `kubernetes.io/tls` gives gateways to show, or why it cannot be shown. */
export type CertificateResult = { readonly certificate: routing.Certificate } | { readonly unusable: string }

/** Reads a Secret's `tls.crt` and `tls.key`. Nothing of the key appears in a reason. */
export function certificateOf(secret: Secret): CertificateResult {
  const [chain, privateKey] = ['tls.crt', 'tls.key'].map((name) => textOf(secret.data?.[name]))
  if (chain === undefined) return { unusable: 'it has no tls.crt' }
  if (privateKey === undefined) return { unusable: 'it has no tls.key' }
  const certificate = parsed(() => new X509Certificate(chain))
  if (certificate === undefined) return { unusable: 'its tls.crt is no certificate in PEM' }
  const key = parsed(() => createPrivateKey(privateKey))
  if (key === undefined) return { unusable: 'its tls.key is no private key in PEM without a passphrase' }
  if (!certificate.checkPrivateKey(key)) return { unusable: 'its tls.key is not the key of its tls.crt' }
  return { certificate: { key: keyText(keyOf(secret)), chain, privateKey } }
}

const textOf = (base64: string | undefined): string | undefined =>
  base64 === undefined || base64 === '' ? undefined : Buffer.from(base64, 'base64').toString()

/** Undefined for what OpenSSL does not understand: its own words may quote what it read. */
function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse()
  } catch {
    return undefined
  }
}
