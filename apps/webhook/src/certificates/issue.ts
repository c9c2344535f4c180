import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import { bits, element, implicit, integer, moment, objectId, octets, sequence, setOf, tagged, truth, utf8Text } from './der.ts'

/** What the webhook serves with, in PEM. The authority's key is thrown away: the next rotation makes a new authority. */
export interface IssuedCertificate {
  readonly serverKey: string
  readonly serverCert: string
  readonly caCert: string
}

const CN = '2.5.4.3'
const ECDSA_SHA256 = sequence(objectId('1.2.840.10045.4.3.2'))
const SERVER_AUTH = objectId('1.3.6.1.5.5.7.3.1')
/** Clocks differ: a certificate is valid from a little before it was made. */
const BACKDATED_MS = 3_600_000

/** Makes an authority and one server certificate of it for the given DNS names. */
export function issueCertificate(dnsNames: readonly string[], now: Date, validMs: number): IssuedCertificate {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const validity = sequence(moment(new Date(now.getTime() - BACKDATED_MS)), moment(new Date(now.getTime() + validMs)))
  // A name of its own: during a rotation two authorities are trusted, and a name says which one signed.
  const issuer = nameOf(`webhook authority ${randomBytes(8).toString('hex')}`)
  const caCert = certificate(authority.publicKey, authority.privateKey, issuer, issuer, validity, [
    extension('2.5.29.19', sequence(truth()), true),
    extension('2.5.29.15', bits(Buffer.from([0x06]), 1), true)
  ])
  const serverCert = certificate(server.publicKey, authority.privateKey, nameOf(dnsNames[0] ?? ''), issuer, validity, [
    extension('2.5.29.19', sequence(), true),
    extension('2.5.29.15', bits(Buffer.from([0x80]), 7), true),
    extension('2.5.29.37', sequence(SERVER_AUTH), false),
    extension('2.5.29.17', sequence(...dnsNames.map((name) => implicit(2, Buffer.from(name)))), false)
  ])
  return { serverKey: String(server.privateKey.export({ type: 'pkcs8', format: 'pem' })), serverCert: pem(serverCert), caCert: pem(caCert) }
}

function certificate(
  key: KeyObject,
  signer: KeyObject,
  subject: Buffer,
  issuer: Buffer,
  validity: Buffer,
  extensions: readonly Buffer[]
): Buffer {
  const version3 = tagged(0, element(0x02, Buffer.from([2])))
  const publicKey = key.export({ type: 'spki', format: 'der' })
  const body = sequence(
    version3,
    integer(serialNumber()),
    ECDSA_SHA256,
    issuer,
    validity,
    subject,
    publicKey,
    tagged(3, sequence(...extensions))
  )
  return sequence(body, ECDSA_SHA256, bits(sign('sha256', body, signer)))
}

const nameOf = (commonName: string): Buffer => sequence(setOf(sequence(objectId(CN), utf8Text(commonName))))

const extension = (id: string, value: Buffer, critical: boolean): Buffer =>
  sequence(objectId(id), ...(critical ? [truth()] : []), octets(value))

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
