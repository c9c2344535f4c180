/** QUEUE_PROXY_TLS_*: how TLS is spoken, in Go's words; in those of node:tls afterwards. */
import type { SecureVersion } from 'node:tls'

/** What is not given is as Node has it. */
export interface TlsTerms {
  readonly minVersion?: SecureVersion
  readonly maxVersion?: SecureVersion
  readonly ciphers?: string
  readonly ecdhCurve?: string
}

type Variables = Readonly<Record<string, string | undefined>>

const versions: Readonly<Record<string, SecureVersion>> = { '1.2': 'TLSv1.2', '1.3': 'TLSv1.3' }
const curves: Readonly<Record<string, string>> = {
  X25519: 'X25519',
  CurveP256: 'P-256',
  CurveP384: 'P-384',
  CurveP521: 'P-521',
  X25519MLKEM768: 'X25519MLKEM768'
}

/** Adds to `problems` what cannot be followed. Names of cipher suites are IANA's, which OpenSSL knows as well; it judges them where there is a certificate. */
export function tlsTerms(variables: Variables, problems: string[]): TlsTerms {
  const listed = (name: string): string[] =>
    (variables[name] ?? '')
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== '')
  const from = <T>(name: string, known: Readonly<Record<string, T>>): T[] =>
    listed(name).flatMap((word) => {
      const found = known[word]
      if (found !== undefined) return [found]
      problems.push(`variable ${name} is ${JSON.stringify(variables[name])}: want of ${Object.keys(known).join(', ')}`)
      return []
    })
  const [minVersion] = from('QUEUE_PROXY_TLS_MIN_VERSION', versions)
  const [maxVersion] = from('QUEUE_PROXY_TLS_MAX_VERSION', versions)
  // Go still knows this one by the name of its draft.
  const ciphers = listed('QUEUE_PROXY_TLS_CIPHER_SUITES').map((name) => name.replace(/POLY1305$/, 'POLY1305_SHA256'))
  const ecdhCurve = from('QUEUE_PROXY_TLS_CURVE_PREFERENCES', { ...curves, P256: 'P-256', P384: 'P-384', P521: 'P-521' })
  return {
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
    ...(ciphers.length === 0 ? {} : { ciphers: ciphers.join(':') }),
    ...(ecdhCurve.length === 0 ? {} : { ecdhCurve: ecdhCurve.join(':') })
  }
}
