import { generateKeyPairSync } from 'node:crypto'
import { chmod, mkdir } from 'node:fs/promises'
import { isIP } from 'node:net'
import { lasts, type PemPair, serves, type Subject } from './pem-pair.ts'
import { readKey, readPair, writeKey, writePair } from './pem-files.ts'

/** Keys and certificates of the API server, PEM text. */
export interface Pki {
  /** The authority's certificate: what clients trust, and what signs client certificates. */
  readonly ca: string
  readonly caKey: string
  readonly serverCert: string
  readonly serverKey: string
  /** `kubernetes-admin` of group `system:masters`. */
  readonly adminCert: string
  readonly adminKey: string
  /** Signs tokens of service accounts (ECDSA P-256, PKCS #8). */
  readonly serviceAccountKey: string
}

/** Where the files are (undefined: nowhere, for an ephemeral server), and under which further addresses the server is reached. */
export interface PkiOptions {
  readonly directory: string | undefined
  /** IP addresses and DNS names beside those every API server has. */
  readonly addresses: readonly string[]
  readonly now?: Date
}

const wellKnown = [
  '127.0.0.1',
  '::1',
  'localhost',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local'
]

/**
 * Loads the keys and certificates of a directory, and makes those that are missing, about to expire, or of other addresses. The authority
 * stays as long as it is valid, so clients go on trusting the server. Throws an error that names the file when one is damaged.
 */
export async function ensurePki({ directory, addresses, now = new Date() }: PkiOptions): Promise<Pki> {
  if (directory !== undefined) {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    await chmod(directory, 0o700)
  }
  const authority = await ensure(
    directory,
    'ca',
    (pair) => lasts(pair, now),
    async () => (await issuer()).authorityOf('kubernetes', now)
  )
  const issued = (file: string, subject: Subject) =>
    ensure(
      directory,
      file,
      (pair) => serves(pair, authority, subject, now),
      async () => (await issuer()).certificateOf(authority, subject, now)
    )
  const server = await issued('server', { name: 'kube-apiserver', addresses: addressesOf(addresses) })
  const admin = await issued('admin', { name: 'kubernetes-admin', groups: ['system:masters'] })
  return {
    ca: authority.cert,
    caKey: authority.key,
    serverCert: server.cert,
    serverKey: server.key,
    adminCert: admin.cert,
    adminKey: admin.key,
    serviceAccountKey: await ensureKey(directory, 'service-account')
  }
}

/** A client certificate for a user and its groups, signed by the authority. */
export async function clientCertificate(pki: Pki, subject: Subject, now = new Date()): Promise<PemPair> {
  return (await issuer()).certificateOf({ cert: pki.ca, key: pki.caKey }, subject, now)
}

function issuer() {
  return import('./certificate-issuer.ts')
}

function addressesOf(further: readonly string[]): readonly string[] {
  const unknown = further.find((address) => !isIP(address) && !/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(address))
  if (unknown !== undefined)
    throw new Error(`"${unknown}" is neither an IP address nor a DNS name: the server's certificate cannot name it`)
  return [...new Set([...wellKnown, ...further])]
}

async function ensure(
  directory: string | undefined,
  file: string,
  good: (pair: PemPair) => boolean,
  make: () => Promise<PemPair>
): Promise<PemPair> {
  const found = directory === undefined ? undefined : await readPair(directory, file)
  if (found && good(found)) return found
  const made = await make()
  if (directory !== undefined) await writePair(directory, file, made)
  return made
}

async function ensureKey(directory: string | undefined, file: string): Promise<string> {
  const found = directory === undefined ? undefined : await readKey(directory, file)
  if (found !== undefined) return found
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' }
  })
  if (directory !== undefined) await writeKey(directory, file, privateKey)
  return privateKey
}
