import { describe } from '@jest/globals'
import { certificates, type Certificate, type Ingress } from '@knative-ts/api'
import { namespace, reconcileTable } from '@knative-ts/testing'
import { one } from '../testing/one-reconciler.ts'
import { configMapOf } from '../testing/stand-ins.ts'

const selected = namespace({ metadata: { name: 'shop', uid: 'uid-shop', labels: { certificates: 'one' } } })
const owner = { apiVersion: 'v1', kind: 'Namespace', name: 'shop', uid: 'uid-shop', controller: true, blockOwnerDeletion: true }
const network = (more: Record<string, string> = {}) =>
  configMapOf('config-network', { 'namespace-wildcard-cert-selector': 'matchLabels: { certificates: one }', ...more })
const domain = (data: Record<string, string> = { 'example.com': '' }) => configMapOf('config-domain', data)
const certificate = (name: string, dnsName: string, base: string, more: object = {}): Certificate => ({
  apiVersion: 'networking.internal.knative.dev/v1alpha1',
  kind: 'Certificate',
  metadata: {
    name,
    namespace: 'shop',
    labels: { 'networking.knative.dev/wildcardDomain': base, 'networking.knative.dev/certificate-type': 'external-domain' },
    annotations: { 'networking.knative.dev/certificate.class': 'issuer.certificate.networking.knative.dev' },
    ownerReferences: [owner],
    ...more
  },
  spec: { dnsNames: [dnsName], domain: base, secretName: name }
})
const wanted = certificate('shop.example.com', '*.shop.example.com', 'example.com')

describe('the certificate of a namespace', () => {
  reconcileTable(one('nscert'), [
    {
      name: 'is made where the namespace is selected',
      world: [network(), domain(), selected],
      key: '/shop',
      writes: [
        { verb: 'create', kind: 'Certificate', key: 'shop/shop.example.com', body: { metadata: wanted.metadata, spec: wanted.spec } },
        { verb: 'create', kind: 'Event', body: { reason: 'Created', message: 'Created Knative Certificate shop/shop.example.com' } }
      ]
    },
    { name: 'is not made twice', world: [network(), domain(), selected, wanted], key: '/shop', writes: [] },
    {
      name: 'is one a domain that has wildcards',
      world: [
        network({ 'certificate-class': 'cert-manager.certificate.networking.knative.dev' }),
        domain({ 'example.com': '', 'a.com': 'selector: { app: a }', 'b.com': 'selector: { app: b }\ntype: wildcard' }),
        selected
      ],
      key: '/shop',
      writes: [
        {
          verb: 'create',
          kind: 'Certificate',
          key: 'shop/shop.example.com',
          body: {
            metadata: { annotations: { 'networking.knative.dev/certificate.class': 'cert-manager.certificate.networking.knative.dev' } }
          }
        },
        { verb: 'create', kind: 'Certificate', key: 'shop/shop.b.com' }
      ]
    },
    {
      name: 'is of the issuer that the namespace names, and of nothing else that stands on it',
      world: [
        network(),
        domain(),
        namespace({
          metadata: {
            name: 'shop',
            uid: 'uid-shop',
            labels: { certificates: 'one' },
            annotations: { 'networking.knative.dev/certificate-class': 'mine.example.com', other: 'x' }
          }
        })
      ],
      key: '/shop',
      writes: [
        {
          verb: 'create',
          kind: 'Certificate',
          body: { metadata: { annotations: { 'networking.knative.dev/certificate.class': 'mine.example.com' } } }
        }
      ]
    },
    {
      name: 'is not made where no namespace is selected',
      world: [configMapOf('config-network', {}), domain(), selected],
      key: '/shop',
      writes: []
    },
    {
      name: 'goes with the selection',
      world: [network({ 'namespace-wildcard-cert-selector': 'matchLabels: { certificates: none }' }), domain(), selected, wanted],
      key: '/shop',
      outcome: { kind: 'again', afterMs: 2_000 },
      writes: [
        {
          verb: 'update',
          kind: 'Certificate',
          body: { metadata: { labels: { 'networking.knative.dev/certificate-type': 'external-domain' } } }
        },
        { verb: 'delete', kind: 'Certificate', key: 'shop/shop.example.com' },
        { verb: 'create', kind: 'Event', body: { reason: 'Deleted', message: 'Deleted Knative Certificate shop/shop.example.com' } }
      ]
    },
    {
      name: 'that goes is left to those who show it until they show another',
      world: [
        network({ 'namespace-wildcard-cert-selector': 'matchLabels: { certificates: none }' }),
        domain(),
        selected,
        { ...wanted, metadata: { ...wanted.metadata, labels: {} } },
        {
          apiVersion: 'networking.internal.knative.dev/v1alpha1',
          kind: 'Ingress',
          metadata: { name: 'hello', namespace: 'shop' },
          spec: { tls: [{ hosts: ['hello.shop.example.com'], secretName: 'shop.example.com', secretNamespace: 'shop' }] }
        } as Ingress
      ],
      key: '/shop',
      outcome: { kind: 'again', afterMs: 2_000 },
      writes: []
    },
    {
      name: 'goes with its domain, and another comes',
      world: [network(), domain({ 'new.com': '' }), selected, wanted],
      key: '/shop',
      outcome: { kind: 'again', afterMs: 2_000 },
      writes: [
        { verb: 'update', kind: 'Certificate', key: 'shop/shop.example.com' },
        { verb: 'delete', kind: 'Certificate', key: 'shop/shop.example.com' },
        { verb: 'create', kind: 'Certificate', key: 'shop/shop.new.com' }
      ]
    },
    {
      name: 'is repaired when somebody has edited it',
      world: [network(), domain(), selected, { ...wanted, spec: { ...wanted.spec, dnsNames: ['*.other.example.com'] } } as Certificate],
      key: '/shop',
      writes: [{ verb: 'update', kind: 'Certificate', body: { spec: wanted.spec } }]
    },
    {
      name: "is not made beside somebody's own for the same hosts, which stays",
      world: [network(), domain(), selected, certificate('mine', '*.shop.example.com', 'example.com', { ownerReferences: [] })],
      key: '/shop',
      writes: []
    },
    {
      name: 'does not take over a Certificate of its name',
      world: [network(), domain(), selected, { ...wanted, metadata: { ...wanted.metadata, ownerReferences: [] } }],
      key: '/shop',
      throws: /does not own Certificate/,
      writes: []
    },
    {
      name: 'cannot be made where the domain template gives no wildcard',
      world: [network({ 'domain-template': '{{.Namespace}}.{{.Name}}.{{.Domain}}' }), domain(), selected],
      key: '/shop',
      throws: /invalid DomainTemplate: shop\.\*\.example\.com/,
      writes: []
    },
    {
      name: 'is tried again when it cannot be written',
      world: [network(), domain(), selected],
      key: '/shop',
      faults: [{ verb: 'create', resource: certificates, error: 'Forbidden' }],
      throws: /forbidden/i,
      writes: [{ verb: 'create', kind: 'Certificate' }]
    },
    { name: 'is nothing to a namespace that is not there', world: [network(), domain()], key: '/shop', writes: [] }
  ])
})

describe('the certificate that roles show each other', () => {
  const system = namespace({ metadata: { name: 'knative-serving', uid: 'uid-system' } })
  const on = (more: Record<string, string> = {}) => configMapOf('config-network', more)
  const ofRoles: Certificate = {
    apiVersion: 'networking.internal.knative.dev/v1alpha1',
    kind: 'Certificate',
    metadata: {
      name: 'routing-serving-certs',
      namespace: 'knative-serving',
      labels: { 'networking.knative.dev/certificate-type': 'system-internal' },
      annotations: { 'networking.knative.dev/certificate.class': 'issuer.certificate.networking.knative.dev' },
      ownerReferences: [{ ...owner, name: 'knative-serving', uid: 'uid-system' }]
    },
    spec: { dnsNames: ['kn-routing', 'data-plane.knative.dev'], secretName: 'routing-serving-certs' }
  }
  const key = '/knative-serving'
  reconcileTable(one('nscert'), [
    {
      name: 'is there before they speak TLS',
      world: [on(), system],
      key,
      writes: [
        { verb: 'create', kind: 'Certificate', key: 'knative-serving/routing-serving-certs', body: ofRoles },
        { verb: 'create', kind: 'Event', body: { reason: 'Created' } }
      ]
    },
    { name: 'is not made twice', world: [on(), system, ofRoles], key, writes: [] },
    {
      name: 'follows the issuer that is configured',
      world: [on({ 'certificate-class': 'cert-manager.certificate.networking.knative.dev' }), system, ofRoles],
      key,
      writes: [
        {
          verb: 'update',
          kind: 'Certificate',
          body: {
            metadata: { annotations: { 'networking.knative.dev/certificate.class': 'cert-manager.certificate.networking.knative.dev' } }
          }
        },
        { verb: 'create', kind: 'Event', body: { reason: 'Updated' } }
      ]
    },
    {
      name: 'is left as it is where it is somebody else’s',
      world: [on(), system, { ...ofRoles, metadata: { ...ofRoles.metadata, annotations: { mine: 'too' }, ownerReferences: [] } }],
      key,
      writes: []
    }
  ])
})
