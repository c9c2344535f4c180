import { expect, it } from '@jest/globals'
import { fieldErrorText } from '../../validation/field-error.ts'
import type { Certificate } from './certificate.ts'
import { validateCertificate } from './certificate.rules.ts'

const certificate = (spec: object): Certificate => ({
  apiVersion: 'networking.internal.knative.dev/v1alpha1',
  kind: 'Certificate',
  metadata: { name: 'hello', namespace: 'default' },
  spec: { dnsNames: ['hello.example.com'], secretName: 's', ...spec }
})
const outside = 'domain must be a suffix of, or match exactly, at least one entry in dnsNames'

it.each([
  [{}, ''],
  [{ dnsNames: [] }, 'missing field(s): spec.dnsNames'],
  [{ dnsNames: [], secretName: '', domain: 'example.com' }, 'missing field(s): spec.dnsNames, spec.secretName'],
  [{ dnsNames: ['a.b', ''] }, 'invalid value: : spec.dnsNames[1]'],
  [{ domain: 'example.com' }, ''],
  [{ domain: 'hello.example.com' }, ''],
  [{ domain: 'ello.example.com' }, `invalid value: domain: spec.${outside}`],
  [{ dnsNames: ['a.b', 'c.example.com'], domain: 'example.com' }, '']
])('a Certificate of %j is told: %s', (spec, words) => {
  expect(fieldErrorText(validateCertificate(certificate(spec)))).toBe(words)
})
