/** Making certificates (RFC 5280) for authorities and servers with Node's own cryptography. @peculiar/x509 would do, but takes 200 ms to load. */
import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign, X509Certificate, type KeyObject } from 'node:crypto'
import { bits, element, implicit, integer, moment, objectId, octets, sequence, setOf, tagged, truth, utf8Text } from './der.ts'
import { subjectOf } from './subject-of.ts'

/** A certificate and its private key, in PEM. */
export interface PemPair {
  readonly cert: string
  readonly key: string
}

/** From when on and how long a certificate holds. */
export interface Validity {
  readonly now: Date
  readonly validMs: number
}

const CN = '2.5.4.3'
const SERVER_AUTH = objectId('1.3.6.1.5.5.7.3.1')
/** Clocks differ: a certificate is valid from a little before it was made. */
const BACKDATED_MS = 3_600_000
/** What X.520 allows a common name (ub-common-name). */
const longestCommonName = 64

/** Makes an authority that can sign servers' certificates and nothing else. Two that are trusted at a time need two names. */
export function makeAuthority(name: string, validity: Validity): PemPair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const subject = nameOf(name)
  const cert = certificate({ publicKey, subject, validity, issuer: subject, signer: privateKey }, [
    extension('2.5.29.19', sequence(truth(), integer(Buffer.from([0]))), true),
    extension('2.5.29.15', bits(Buffer.from([0x06]), 1), true),
    extension('2.5.29.14', octets(keyIdOf(publicKey)), false),
    extension('2.5.29.35', sequence(implicit(0, keyIdOf(publicKey))), false)
  ])
  return { cert, key: pemOf(privateKey) }
}

/**
 * Makes a server's certificate for `dnsNames`, signed by `authority`, whose key may be of any elliptic curve or RSA. `commonName` is for people;
 * one that is too long is cut. Throws when the authority's certificate or key cannot be read.
 */
export function issueCertificate(authority: PemPair, commonName: string, dnsNames: readonly string[], validity: Validity): PemPair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signer = createPrivateKey(authority.key)
  const issuer = subjectOf(authority.cert)
  const subject = nameOf(commonName.slice(0, longestCommonName))
  const cert = certificate({ publicKey, subject, validity, issuer, signer }, [
    extension('2.5.29.19', sequence(), true),
    extension('2.5.29.15', bits(Buffer.from([0x80]), 7), true),
    extension('2.5.29.37', sequence(SERVER_AUTH), false),
    extension('2.5.29.17', sequence(...dnsNames.map((name) => implicit(2, Buffer.from(name)))), false),
    extension('2.5.29.14', octets(keyIdOf(publicKey)), false),
    extension('2.5.29.35', sequence(implicit(0, keyIdOf(new X509Certificate(authority.cert).publicKey))), false)
  ])
  return { cert, key: pemOf(privateKey) }
}

interface Signed {
  readonly publicKey: KeyObject
  readonly subject: Buffer
  readonly validity: Validity
  readonly issuer: Buffer
  readonly signer: KeyObject
}

function certificate({ publicKey, subject, validity: { now, validMs }, issuer, signer }: Signed, extensions: readonly Buffer[]): string {
  const version3 = tagged(0, element(0x02, Buffer.from([2])))
  const validity = sequence(moment(new Date(now.getTime() - BACKDATED_MS)), moment(new Date(now.getTime() + validMs)))
  const key = publicKey.export({ type: 'spki', format: 'der' })
  const algorithm = algorithmOf(signer)
  const serial = integer(serialNumber())
  const body = sequence(version3, serial, algorithm, issuer, validity, subject, key, tagged(3, sequence(...extensions)))
  return pem(sequence(body, algorithm, bits(sign('sha256', body, signer))))
}

/** With SHA-256, as RFC 5758 and RFC 4055 name them. */
function algorithmOf(signer: KeyObject): Buffer {
  if (signer.asymmetricKeyType === 'ec') return sequence(objectId('1.2.840.10045.4.3.2'))
  if (signer.asymmetricKeyType === 'rsa') return sequence(objectId('1.2.840.113549.1.1.11'), element(0x05))
  throw new Error(
    `keys of type ${signer.asymmetricKeyType ?? 'unknown'} cannot sign: the authority's key must be of an elliptic curve, or RSA`
  )
}

const nameOf = (commonName: string): Buffer => sequence(setOf(sequence(objectId(CN), utf8Text(commonName))))

const extension = (id: string, value: Buffer, critical: boolean): Buffer =>
  sequence(objectId(id), ...(critical ? [truth()] : []), octets(value))

/** Any name of the key will do that both sides agree on: some clients insist on one (OpenSSL's strict mode, Python's default since 3.13). */
const keyIdOf = (key: KeyObject): Buffer =>
  createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest()

const pemOf = (key: KeyObject): string => String(key.export({ type: 'pkcs8', format: 'pem' }))

/** Positive and unguessable, 16 bytes (RFC 5280, 4.1.2.2). */
function serialNumber(): Buffer {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
  return bytes
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
