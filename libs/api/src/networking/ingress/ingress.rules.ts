import { generic, invalidValue, missing, under, underItem, type FieldError } from '../../validation/field-error.ts'
import type { Ingress } from './ingress.ts'
import type { IngressPath, IngressRule, IngressSpec, IngressSplit, IngressTls } from './ingress.schema.ts'

/** What is wrong with an Ingress. */
export function validateIngress({ metadata, spec }: Ingress): FieldError[] {
  return under('spec', specErrors(spec, metadata.namespace ?? ''))
}

function specErrors(spec: IngressSpec, namespace: string): FieldError[] {
  const { rules = [], tls = [], httpOption = '' } = spec
  if (rules.length === 0 && tls.length === 0 && httpOption === '') return [missing('')]
  return [
    ...(rules.length === 0 ? [missing('rules')] : []),
    ...rules.flatMap((rule, index) => underItem('rules', index, ruleErrors(rule, namespace))),
    ...tls.flatMap((certificate, index) => underItem('tls', index, tlsErrors(certificate))),
    ...(['', 'Enabled', 'Redirected'].includes(httpOption) ? [] : [invalidValue(httpOption, 'httpOption')])
  ]
}

function ruleErrors({ http }: IngressRule, namespace: string): FieldError[] {
  if (http === undefined) return [missing('http')]
  const paths = http.paths ?? []
  if (paths.length === 0) return [missing('http.paths')]
  return paths.flatMap((path, index) => underItem('http.paths', index, pathErrors(path, namespace)))
}

function pathErrors({ splits = [] }: IngressPath, namespace: string): FieldError[] {
  if (splits.length === 0) return [missing('splits')]
  const errors = splits.flatMap((split, index) => underItem('splits', index, splitErrors(split, namespace)))
  const total = splits.reduce((sum, { percent }) => sum + (percent ?? 0), 0)
  const inBounds = splits.every(({ percent = 0 }) => percent >= 0 && percent <= 100)
  if (!inBounds || total === 100) return errors
  return [...errors, generic(`traffic split percentage must total to 100, but was ${total}`, 'splits')]
}

function splitErrors({ serviceName, serviceNamespace, servicePort, percent = 0 }: IngressSplit, namespace: string): FieldError[] {
  const errors: FieldError[] = []
  if (percent < 0 || percent > 100) errors.push(invalidValue(percent, 'percent'))
  if (serviceNamespace === '') errors.push(missing('serviceNamespace'))
  else if (serviceNamespace !== namespace) errors.push(invalidValue(serviceNamespace, 'serviceNamespace'))
  if (serviceName === '') errors.push(missing('serviceName'))
  if (servicePort === 0 || servicePort === '') errors.push(missing('servicePort'))
  return errors
}

function tlsErrors({ hosts = [], secretName = '', secretNamespace = '' }: IngressTls): FieldError[] {
  if (hosts.length === 0 && secretName === '' && secretNamespace === '') return [missing('')]
  return [...(secretName === '' ? [missing('secretName')] : []), ...(secretNamespace === '' ? [missing('secretNamespace')] : [])]
}
