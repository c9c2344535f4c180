import { live, type ConfigKey, type ConfigMapKeys } from './config-key.ts'

const sidecar = (what: string, side: 'request' | 'limit', camel: string, fallback = ''): ConfigKey =>
  live(`queue-sidecar-${what}-${side}`, fallback, `the ${side} of ${what} of the queue-proxy`, [camel])

/** config-deployment. */
export const deploymentKeys: ConfigMapKeys = {
  name: 'deployment',
  about:
    'How revisions are deployed. A change that affects the pods of revisions rolls out all of them again, as upstream does: plan for that.',
  keys: [
    live('queue-sidecar-image', '', 'the image of the queue-proxy; must be given', ['queueSidecarImage']),
    live('registries-skipping-tag-resolving', 'kind.local,ko.local,dev.local', 'registries whose tags are not resolved to digests', [
      'registriesSkippingTagResolving'
    ]),
    live('digest-resolution-timeout', '10s', 'how long a registry has to answer', ['digestResolutionTimeout']),
    live('progress-deadline', '600s', 'how long the pods of a revision may take to become ready; whole seconds', ['progressDeadline']),
    sidecar('cpu', 'request', 'queueSidecarCPURequest', '25m'),
    sidecar('cpu', 'limit', 'queueSidecarCPULimit'),
    sidecar('memory', 'request', 'queueSidecarMemoryRequest'),
    sidecar('memory', 'limit', 'queueSidecarMemoryLimit'),
    sidecar('ephemeral-storage', 'request', 'queueSidecarEphemeralStorageRequest'),
    sidecar('ephemeral-storage', 'limit', 'queueSidecarEphemeralStorageLimit'),
    live('queue-sidecar-token-audiences', '', 'audiences of the tokens in `/var/run/secrets/tokens` of the queue-proxy, one file each'),
    live('queue-sidecar-rootca', '', 'authorities in PEM, handed to the queue-proxy as `ROOT_CA` for its extensions'),
    live('queue-sidecar-tls-min-version', '', 'the oldest TLS that the queue-proxy speaks: `1.2` or `1.3`'),
    live('queue-sidecar-tls-max-version', '', 'the newest one'),
    live('queue-sidecar-tls-cipher-suites', '', 'cipher suites of its TLS 1.2, by Go’s names, separated by commas'),
    live('queue-sidecar-tls-curve-preferences', '', 'its curves, by Go’s names, separated by commas'),
    live(
      'default-affinity-type',
      'prefer-spread-revision-over-nodes',
      'this or `none`: whether the pods of a revision are spread over nodes'
    ),
    live('runtime-class-name', '', 'YAML: runtime classes with an optional `selector` each, for revisions that name none'),
    live('pod-is-always-schedulable', 'false', 'whether a pod without a node is not a failure, because nodes will be added')
  ]
}
