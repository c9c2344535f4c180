/** ConfigMap and Secret: keys, sizes, `immutable`, `stringData`. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { forbiddenField, invalidValue, required, tooLong, type Cause } from '../http/errors.ts'
import { sameJson } from '../requests/same-json.ts'
import { objectProblem } from './json-object.ts'
import { keyPairProblems } from './key-pair.ts'
import type { KindRules } from './kind-rules.ts'
import { configKeyProblems } from './names.ts'

const DATA_BYTES = 1024 * 1024
const FROZEN = 'field is immutable when `immutable` is set'

export const configMapRules: KindRules<k8s.ConfigMap> = {
  defaults(map) {
    emptyForNull(map.data)
    emptyForNull(map.binaryData)
  },
  check({ data = {}, binaryData = {} }) {
    const causes: Cause[] = []
    let bytes = 0
    for (const [key, value] of Object.entries(data)) {
      causes.push(...checkKey('data', key))
      if (Object.hasOwn(binaryData, key)) causes.push(invalidValue(`data[${key}]`, key, `duplicate of key present in binaryData`))
      bytes += Buffer.byteLength(value)
    }
    for (const [key, value] of Object.entries(binaryData)) {
      causes.push(...checkKey('binaryData', key))
      bytes += decodedBytes(value)
    }
    if (bytes > DATA_BYTES) causes.push(tooLong('[]', DATA_BYTES))
    return causes
  },
  checkUpdate: (map, before) => (before.immutable === true ? checkFrozen(map, before, ['data', 'binaryData']) : [])
}

export const secretRules: KindRules<k8s.Secret> = {
  defaults(secret) {
    emptyForNull(secret.data)
    secret.type ??= 'Opaque'
    if (secret.stringData !== undefined && secret.stringData !== null) {
      secret.data ??= {}
      for (const key of Object.keys(secret.stringData)) secret.data[key] = Buffer.from(secret.stringData[key] ?? '').toString('base64')
    }
    delete secret.stringData
  },
  check({ data = {}, type, metadata }) {
    const causes = Object.keys(data).flatMap((key) => checkKey('data', key))
    const bytes = Object.values(data).reduce((sum, value) => sum + decodedBytes(value), 0)
    if (bytes > DATA_BYTES) causes.push(tooLong('data', DATA_BYTES))
    const needs = REQUIRED_KEYS.get(type ?? '')
    if (needs !== undefined) for (const key of needs) if (!Object.hasOwn(data, key)) causes.push(required(`data[${key}]`))
    const config = JSON_KEYS.get(type ?? '')
    if (config !== undefined && Object.hasOwn(data, config)) causes.push(...checkJson(`data[${config}]`, data[config] ?? ''))
    if (type === 'kubernetes.io/ssh-auth' && data['ssh-privatekey'] === '') causes.push(required('data[ssh-privatekey]'))
    if (type === 'kubernetes.io/basic-auth' && !Object.hasOwn(data, 'username') && !Object.hasOwn(data, 'password'))
      causes.push(required('data[username]'), required('data[password]'))
    if (type === 'kubernetes.io/service-account-token' && !metadata.annotations?.['kubernetes.io/service-account.name']) {
      causes.push(required('metadata.annotations[kubernetes.io/service-account.name]'))
    }
    return causes
  },
  checkUpdate(secret, before) {
    const causes: Cause[] = secret.type === before.type ? [] : [invalidValue('type', secret.type, 'field is immutable')]
    return before.immutable === true ? [...causes, ...checkFrozen(secret, before, ['data'])] : causes
  },
  warnings: ({ type, data = {} }) => (type === 'kubernetes.io/tls' ? keyPairProblems(data['tls.crt'] ?? '', data['tls.key'] ?? '') : []),
  fields: { type: (secret) => secret.type ?? '' }
}

/** Go reads a null value of a map as the zero of its type. */
function emptyForNull(values: Record<string, string | null> | null | undefined): void {
  for (const [key, value] of Object.entries(values ?? {})) if (value === null && values) values[key] = ''
}

const JSON_KEYS: ReadonlyMap<string, string> = new Map([
  ['kubernetes.io/dockerconfigjson', '.dockerconfigjson'],
  ['kubernetes.io/dockercfg', '.dockercfg']
])

// Maps, here and elsewhere, where a client's word is looked up: an object would know `constructor`.
const REQUIRED_KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ['kubernetes.io/dockerconfigjson', ['.dockerconfigjson']],
  ['kubernetes.io/dockercfg', ['.dockercfg']],
  ['kubernetes.io/ssh-auth', ['ssh-privatekey']],
  ['kubernetes.io/tls', ['tls.crt', 'tls.key']]
])

function checkJson(field: string, base64: string): Cause[] {
  const problem = objectProblem(Buffer.from(base64, 'base64').toString())
  return problem === undefined ? [] : [invalidValue(field, '<secret contents redacted>', problem)]
}

const checkKey = (field: string, key: string) => configKeyProblems(key).map((problem) => invalidValue(`${field}[${key}]`, key, problem))

// Base64 without decoding it: four characters are three bytes.
const decodedBytes = (text: string) => Math.floor((text.replace(/=+$/, '').length * 3) / 4)

function checkFrozen(after: k8s.ConfigMap | k8s.Secret, before: k8s.ConfigMap | k8s.Secret, fields: readonly string[]): Cause[] {
  const causes: Cause[] = after.immutable === true ? [] : [forbiddenField('immutable', FROZEN)]
  const left = after as unknown as Readonly<Record<string, unknown>>
  const right = before as unknown as Readonly<Record<string, unknown>>
  for (const field of fields) if (!sameJson(left[field] ?? {}, right[field] ?? {})) causes.push(forbiddenField(field, FROZEN))
  return causes
}
