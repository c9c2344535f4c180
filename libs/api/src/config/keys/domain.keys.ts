import { live, type ConfigMapKeys } from './config-key.ts'

/** config-domain. */
export const domainKeys: ConfigMapKeys = {
  name: 'domain',
  about: 'The domains of Routes. Without a domain for everybody, Routes are reached inside the cluster only.',
  keys: [
    live(
      '<domain>',
      '',
      'YAML: `selector`, labels that a Route must have for this domain (none: every Route), and `type: wildcard` for one certificate a namespace'
    )
  ]
}
