/**
 * Makes certificates. Loaded only when one has to be made: @peculiar/x509 costs about 200 ms and 20 MiB to import, and a start that finds
 * its files needs none of it.
 */
import 'reflect-metadata'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator
} from '@peculiar/x509'
import { createPrivateKey, KeyObject, randomBytes, webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import type { PemPair, Subject } from './pem-pair.ts'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const day = 24 * 60 * 60 * 1000
/** Clocks differ: a certificate is valid from a little before it was made. */
const backdated = 60 * 60 * 1000

/** A self-signed authority, valid for ten years. */
export async function authorityOf(name: string, now: Date): Promise<PemPair> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name] }],
    keys,
    serialNumber: serialNumber(),
    notBefore: new Date(now.getTime() - backdated),
    notAfter: new Date(now.getTime() + 3650 * day),
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment | KeyUsageFlags.keyCertSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey)
    ]
  })
  return { cert: pem(certificate), key: pemOf(keys.privateKey) }
}

/** A certificate signed by the authority, valid for a year; for a server when it has addresses, else for a client. */
export async function certificateOf(authority: PemPair, subject: Subject, now: Date): Promise<PemPair> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const issuer = new X509Certificate(authority.cert)
  const { addresses = [], groups = [] } = subject
  const usage = addresses.length > 0 ? ExtendedKeyUsage.serverAuth : ExtendedKeyUsage.clientAuth
  const names = addresses.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value }) as const)
  const certificate = await X509CertificateGenerator.create({
    subject: [...groups.map((group) => ({ O: [group] })), { CN: [subject.name] }],
    issuer: issuer.subject,
    publicKey: keys.publicKey,
    signingKey: await signingKeyOf(authority.key),
    serialNumber: serialNumber(),
    notBefore: new Date(now.getTime() - backdated),
    notAfter: new Date(now.getTime() + 365 * day),
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
      new ExtendedKeyUsageExtension([usage]),
      ...(names.length > 0 ? [new SubjectAlternativeNameExtension(names)] : [])
    ]
  })
  return { cert: pem(certificate), key: pemOf(keys.privateKey) }
}

function signingKeyOf(key: string): Promise<webcrypto.CryptoKey> {
  const pkcs8 = createPrivateKey(key).export({ type: 'pkcs8', format: 'der' })
  return webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign'])
}

/** Positive and unguessable, 16 bytes (RFC 5280, 4.1.2.2). */
function serialNumber(): string {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] as number) & 0x3f) | 0x40
  return bytes.toString('hex')
}

function pem(certificate: X509Certificate): string {
  return `${certificate.toString('pem').trim()}\n`
}

function pemOf(key: webcrypto.CryptoKey): string {
  return String(KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }))
}
