import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { itWhere, withoutCommand } from '@knative-ts/testing'
import { issueCertificate, makeAuthority, type PemPair } from './issue.ts'
import { subjectOf } from './subject-of.ts'

const DAY = 86_400_000
const itWithOpenssl = itWhere('certificates against OpenSSL', withoutCommand('openssl', 'openssl'))
const validity = { now: new Date(), validMs: 30 * DAY }
const names = ['hello.example.com', '*.default.example.com']

/** What OpenSSL's command says of a chain, at its strictest. */
function verified(authority: PemPair, issued: PemPair, host: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'issue-'))
  try {
    writeFileSync(join(directory, 'ca.pem'), authority.cert)
    writeFileSync(join(directory, 'leaf.pem'), issued.cert)
    const strict = ['-x509_strict', '-purpose', 'sslserver', '-verify_hostname', host]
    return execFileSync('openssl', ['verify', ...strict, '-CAfile', 'ca.pem', 'leaf.pem'], {
      cwd: directory,
      encoding: 'utf8',
      stdio: 'pipe'
    })
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** An authority of somebody else: RSA, with a name of several parts. */
function foreignAuthority(): PemPair {
  const directory = mkdtempSync(join(tmpdir(), 'issue-'))
  try {
    const subject = ['-subj', '/C=DE/O=Example, Inc./CN=Example Root']
    const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key.pem', '-out', 'ca.pem', '-days', '30', ...subject]
    execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' })
    const read = (name: string): string => execFileSync('cat', [join(directory, name)], { encoding: 'utf8' })
    return { cert: read('ca.pem'), key: read('key.pem') }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

describe('an issued certificate', () => {
  const authority = makeAuthority('the authority', validity)
  const issued = issueCertificate(authority, 'hello.example.com', names, validity)
  const [ca, leaf] = [new X509Certificate(authority.cert), new X509Certificate(issued.cert)]

  it('is a server of the names, signed by an authority that may sign no other authority', () => {
    expect([ca.ca, leaf.ca, leaf.checkIssued(ca), leaf.verify(ca.publicKey)]).toEqual([true, false, true, true])
    expect(leaf.subjectAltName).toBe('DNS:hello.example.com, DNS:*.default.example.com')
    expect(leaf.checkHost('other.default.example.com')).toBe('*.default.example.com')
    expect(leaf.checkHost('a.b.default.example.com')).toBeUndefined()
    expect(Math.round((leaf.validToDate.getTime() - validity.now.getTime()) / DAY)).toBe(30)
  })

  itWithOpenssl.each(['hello.example.com', 'x.default.example.com'])('passes the strictest checks of OpenSSL as %s', (host) => {
    expect(verified(authority, issued, host)).toContain('leaf.pem: OK')
  })

  itWithOpenssl('does not pass as another host', () => {
    expect(() => verified(authority, issued, 'elsewhere.com')).toThrow(/hostname mismatch/i)
  })

  itWithOpenssl('may come from an authority of somebody else', () => {
    const theirs = foreignAuthority()
    const ours = issueCertificate(theirs, 'hello.example.com', names, validity)
    expect(new X509Certificate(ours.cert).issuer).toBe(new X509Certificate(theirs.cert).subject)
    expect(new X509Certificate(ours.cert).verify(new X509Certificate(theirs.cert).publicKey)).toBe(true)
  })

  it('has a common name that fits', () => {
    const long = issueCertificate(authority, 'a'.repeat(70), names, validity)
    expect(new X509Certificate(long.cert).subject).toBe(`CN=${'a'.repeat(64)}`)
  })

  it('is not made with a key that cannot sign', () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const key = String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
    expect(() => issueCertificate({ cert: authority.cert, key }, 'x', names, validity)).toThrow(/must be of an elliptic curve, or RSA/)
  })
})

it('a subject is read as it was written', () => {
  const authority = makeAuthority('the authority', validity)
  expect(subjectOf(authority.cert).includes(Buffer.from('the authority'))).toBe(true)
  expect(subjectOf(new X509Certificate(authority.cert).raw)).toEqual(subjectOf(authority.cert))
})
