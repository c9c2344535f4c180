import { live, type ConfigMapKeys } from './config-key.ts'

/** config-domain. */
export const domainKeys: ConfigMapKeys = {
  name: 'domain',
  about: 'The domains of Routes. Without a domain for all Routes, the others can be reached from inside the cluster only.',
  keys: [
    live(
      '<domain>',
      '',
      'YAML: `selector`, labels that a Route must have for this domain (none: every Route), and `type: wildcard` for one certificate per namespace'
    )
  ]
}
