import { live, type ConfigMapKeys } from './config-key.ts'

const fallback = '{ kind: ClusterIssuer, name: knative-selfsigned-issuer }'

/** config-certmanager. */
export const certmanagerKeys: ConfigMapKeys = {
  name: 'certmanager',
  about: 'Who issues certificates where cert-manager does: `kind`, `name` and `group` in YAML.',
  keys: [
    live('issuerRef', fallback, 'the issuer for hosts of clients'),
    live('clusterLocalIssuerRef', fallback, 'the issuer for hosts inside the cluster'),
    live('systemInternalIssuerRef', fallback, 'the issuer for roles and revisions among themselves')
  ]
}
