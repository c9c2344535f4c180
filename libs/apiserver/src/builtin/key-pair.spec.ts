import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { keyPairProblems } from './key-pair.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const { privateKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' }
})
const block = (name: string) => `-----BEGIN ${name}-----\nAAAA\n-----END ${name}-----\n`

describe('a certificate and its key', () => {
  it.each([
    ['nothing', '', '', 'tls: failed to find any PEM data in certificate input'],
    [
      'a key for the certificate',
      privateKey,
      '',
      'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched'
    ],
    [
      'another block',
      block('THING'),
      '',
      'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [THING]'
    ],
    ['a broken certificate', block('CERTIFICATE'), privateKey, 'x509: malformed certificate']
  ])('%s', (_what, certificate, key, problem) => {
    expect(keyPairProblems(base64(certificate), base64(key))).toEqual([problem])
  })
})
