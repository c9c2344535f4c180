/** The pod's certificate, where the cluster gives it one: read when the process starts, and again each minute. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** PEM texts. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

/** Upstream reads as often. */
const everyMs = 60_000

/** `tls.crt` and `tls.key` of a directory; undefined unless both are there. Throws the system's error when one cannot be read. */
export function certificateIn(directory: string): Certificate | undefined {
  const [cert, key] = [join(directory, 'tls.crt'), join(directory, 'tls.key')]
  return existsSync(cert) && existsSync(key) ? { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') } : undefined
}

/** Calls `changed` with each new certificate; one that cannot be used is told on stderr, and the one before stays. Returns what ends it. */
export function followCertificate(
  directory: string,
  first: Certificate,
  changed: (certificate: Certificate) => void,
  periodMs = everyMs
): () => void {
  let current = first
  const timer = setInterval(() => {
    try {
      const found = certificateIn(directory)
      if (found === undefined || (found.cert === current.cert && found.key === current.key)) return
      changed(found)
      current = found
    } catch (error) {
      // The two files are replaced one after the other: the next look finds them whole.
      process.stderr.write(`queue-proxy: the certificate in ${directory} cannot be used: ${(error as Error).message}\n`)
    }
  }, periodMs)
  timer.unref()
  return () => clearInterval(timer)
}
