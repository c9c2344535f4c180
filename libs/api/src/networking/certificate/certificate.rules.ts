import { invalidValue, missing, under, type FieldError } from '../../validation/field-error.ts'
import type { Certificate } from './certificate.ts'
import type { CertificateSpec } from './certificate.schema.ts'

/** What is wrong with a Certificate. */
export const validateCertificate = ({ spec }: Certificate): FieldError[] => under('spec', specErrors(spec))

function specErrors({ dnsNames, secretName, domain = '' }: CertificateSpec): FieldError[] {
  const names = dnsNames ?? []
  const errors: FieldError[] = names.length === 0 ? [missing('dnsNames')] : []
  for (const [index, name] of names.entries()) if (name === '') errors.push(invalidValue(name, `dnsNames[${index}]`))
  if (secretName === '') errors.push(missing('secretName'))
  const inside = names.some((name) => name === domain || name.endsWith(`.${domain}`))
  // Value and path are this way round in upstream's own answer.
  if (domain !== '' && names.length > 0 && !inside) {
    errors.push(invalidValue('domain', 'domain must be a suffix of, or match exactly, at least one entry in dnsNames'))
  }
  return errors
}
