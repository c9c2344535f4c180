import { quote } from '../go/parsed.ts'
import { ConfigError, type ConfigData } from './config-error.ts'
import { cannotUnmarshal, isMap, parseYaml } from './yaml-value.ts'

/** cert-manager's name for who issues a certificate. */
export interface IssuerRef {
  readonly name: string
  /** Issuer or ClusterIssuer, or a kind of somebody else's. */
  readonly kind?: string
  /** `cert-manager.io` when absent. */
  readonly group?: string
}

/** config-certmanager: who issues the certificates of each type where cert-manager does. */
export interface CertmanagerConfig {
  readonly issuerRef: IssuerRef
  readonly clusterLocalIssuerRef: IssuerRef
  readonly systemInternalIssuerRef: IssuerRef
}

const selfSigned: IssuerRef = { kind: 'ClusterIssuer', name: 'knative-selfsigned-issuer' }

/** Reads config-certmanager; throws {@link ConfigError}. */
export function parseCertmanagerConfig(data: ConfigData): CertmanagerConfig {
  const read = (key: keyof CertmanagerConfig): IssuerRef => issuerOf(key, data?.[key])
  return {
    issuerRef: read('issuerRef'),
    clusterLocalIssuerRef: read('clusterLocalIssuerRef'),
    systemInternalIssuerRef: read('systemInternalIssuerRef')
  }
}

/** Fields that are not given keep the default's, as they do where Go reads into a value that is filled in. */
function issuerOf(key: string, text: string | undefined): IssuerRef {
  if (text === undefined) return selfSigned
  const document = parseYaml(text)
  if (!document.ok) throw new ConfigError(document.error)
  if (document.value === null || document.value === undefined) return selfSigned
  if (!isMap(document.value)) throw new ConfigError(cannotUnmarshal(document.value, 'v1.ObjectReference'))
  const given: Record<string, unknown> = { ...selfSigned, ...document.value }
  const wrong = ['name', 'kind', 'group'].find((field) => !['string', 'undefined'].includes(typeof given[field]))
  if (wrong !== undefined) throw new ConfigError(`config-certmanager key ${quote(key)}: ${wrong} must be a text`)
  const { name, kind, group } = given as { name: string; kind?: string; group?: string }
  return { name, ...(kind === undefined ? {} : { kind }), ...(group === undefined ? {} : { group }) }
}
