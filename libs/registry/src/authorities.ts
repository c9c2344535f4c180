/** The authorities that may sign a registry's certificate: the system's, and those that somebody adds, by the variables that Go programs read. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { RegistryError } from './registry-error.ts'

/** Where distributions keep them in one file (Go, crypto/x509/root_linux.go). */
const systemFiles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem'
]

/** What is read of the environment. */
export type TrustEnvironment = Readonly<Partial<Record<'SSL_CERT_FILE' | 'SSL_CERT_DIR' | 'NODE_EXTRA_CA_CERTS', string | undefined>>>

/**
 * Certificates in PEM: the file that SSL_CERT_FILE names instead of the system's, each file of the directories of SSL_CERT_DIR (between colons),
 * that of NODE_EXTRA_CA_CERTS, and `files` that are there. Node's own list where the system has none. Throws {@link RegistryError} for a variable that names
 * what cannot be read.
 */
export function trustedAuthorities(environment: TrustEnvironment, files: readonly string[] = []): string[] {
  const { SSL_CERT_FILE: named = '', SSL_CERT_DIR: directories = '', NODE_EXTRA_CA_CERTS: extra = '' } = environment
  const system = systemFiles.find((file) => existsSync(file))
  const base = named === '' ? (system === undefined ? rootCertificates : [readFileSync(system, 'utf8')]) : [read(named, 'SSL_CERT_FILE')]
  const inDirectories = directories.split(':').flatMap((directory) => (directory === '' ? [] : filesOf(directory)))
  return [
    ...base,
    ...inDirectories,
    ...(extra === '' ? [] : [read(extra, 'NODE_EXTRA_CA_CERTS')]),
    ...files.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8'))
  ]
}

function filesOf(directory: string): string[] {
  try {
    // Kubernetes mounts Secrets with links and hidden directories beside the files.
    const names = readdirSync(directory).filter((name) => !name.startsWith('.'))
    const paths = names.map((name) => join(directory, name)).filter((path) => statSync(path).isFile())
    return paths.map((path) => readFileSync(path, 'utf8')).filter((text) => text.includes('-----BEGIN CERTIFICATE-----'))
  } catch (error) {
    throw new RegistryError('invalid', `SSL_CERT_DIR names ${directory}, which cannot be read: mount it, or unset the variable`, {
      cause: error
    })
  }
}

function read(file: string, variable: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new RegistryError('invalid', `${variable} names ${file}, which cannot be read: mount it, or unset the variable`, { cause: error })
  }
}
