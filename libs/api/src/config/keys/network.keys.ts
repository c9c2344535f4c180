import { later, live, type ConfigMapKeys } from './config-key.ts'

const directly = 'roles reach pods by their addresses, and fall back to Services by `mesh-compatibility-mode` alone'

/** config-network. */
export const networkKeys: ConfigMapKeys = {
  name: 'network',
  about: 'Hosts, URLs, certificates and the ingress.',
  keys: [
    live('ingress-class', 'gateway.ingress.networking.knative.dev', 'the ingress of Routes that name none', ['ingress.class']),
    live('certificate-class', 'issuer.certificate.networking.knative.dev', 'who issues the certificates of Routes that name no class', [
      'certificate.class'
    ]),
    live('domain-template', '{{.Name}}.{{.Namespace}}.{{.Domain}}', 'hosts; a Go template, also over Annotations and Labels', [
      'domainTemplate'
    ]),
    live('tag-template', '{{.Tag}}-{{.Name}}', 'names of tags; a Go template', ['tagTemplate']),
    live('namespace-wildcard-cert-selector', '', 'YAML: a label selector of namespaces that get one certificate for all hosts'),
    live('external-domain-tls', 'Disabled', 'whether hosts of clients get certificates', ['auto-tls', 'autoTLS']),
    live('cluster-local-domain-tls', 'Disabled', 'whether hosts inside the cluster get certificates'),
    live(
      'system-internal-tls',
      'Disabled',
      'whether gateways, activators and pods speak TLS among themselves; pods are replaced one by one',
      ['internal-encryption']
    ),
    live('http-protocol', 'Enabled', 'plain HTTP is `Enabled`, `Redirected` to HTTPS, or `Disabled`', ['httpProtocol']),
    live('rollout-duration', '0', 'seconds over which a new revision takes over all traffic', ['rolloutDuration']),
    live('autocreate-cluster-domain-claims', 'false', 'whether a DomainMapping claims its domain automatically', [
      'autocreateClusterDomainClaims'
    ]),
    later('enable-mesh-pod-addressability', 'false', 'whether pods of a mesh can be reached by their addresses', 'never', directly),
    live(
      'mesh-compatibility-mode',
      'auto',
      '`enabled`: pods are reached through their Service, `disabled`: never, `auto`: where their addresses fail'
    ),
    live('default-external-scheme', 'http', 'the scheme of URLs without a certificate', ['defaultExternalScheme']),
    live('default-external-port', '80', 'the port of URLs; ours'),
    live('default-external-https-port', '443', 'the port of URLs of TLS; ours')
  ]
}
