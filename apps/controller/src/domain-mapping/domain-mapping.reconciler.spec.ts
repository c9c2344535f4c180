/** What is made of a DomainMapping. Long, because it is one table: each row is a world, and all that is written in it. */
import { describe } from '@jest/globals'
import {
  clusterDomainClaims,
  ingresses,
  type Certificate,
  type ClusterDomainClaim,
  type DomainMapping,
  type Ingress
} from '@knative-ts/api'
import { kubeService, reconcileTable, service, type ExpectedWrite } from '@knative-ts/testing'
import { one } from '../testing/one-reconciler.ts'
import { configMapOf, settledWorld } from '../testing/stand-ins.ts'

const name = 'hello.example.com'
const key = `default/${name}`
const owner = {
  apiVersion: 'serving.knative.dev/v1beta1',
  kind: 'DomainMapping',
  name,
  uid: 'uid-mapping',
  controller: true,
  blockOwnerDeletion: true
}

const mapping = ({ metadata = {}, spec = {} }: { metadata?: object; spec?: object } = {}): DomainMapping => ({
  apiVersion: 'serving.knative.dev/v1beta1',
  kind: 'DomainMapping',
  metadata: {
    name,
    namespace: 'default',
    uid: 'uid-mapping',
    generation: 1,
    finalizers: ['domainmappings.serving.knative.dev'],
    ...metadata
  },
  spec: { ref: { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'hello', namespace: 'default' }, ...spec }
})
const claim = (namespace = 'default'): ClusterDomainClaim => ({
  apiVersion: 'networking.internal.knative.dev/v1alpha1',
  kind: 'ClusterDomainClaim',
  metadata: { name },
  spec: { namespace }
})
const addressed = (url: string) => service({ status: { address: { url } } })
const hello = addressed('http://hello.default.svc.cluster.local')
const network = (data: Record<string, string>) => configMapOf('config-network', data)
const tlsOn = { 'external-domain-tls': 'Enabled' }

const is = (type: string, status: string, reason?: string, message?: string) => ({
  type,
  status,
  ...(reason === undefined ? {} : { reason }),
  ...(message === undefined ? {} : { message })
})
const claimed = is('DomainClaimed', 'True')
const resolved = is('ReferenceResolved', 'True')
const notEnabled = is('CertificateProvisioned', 'True', 'TLSNotEnabled', 'external-domain-tls is not enabled')
const notConfigured = (type: string) => is(type, 'Unknown', 'IngressNotConfigured')

const status = (value: object): ExpectedWrite => ({
  verb: 'patch',
  kind: 'DomainMapping',
  key,
  body: [{ op: 'test' }, { op: 'add', path: '/status', value }]
})
const made = (spec: object, metadata: object = {}): ExpectedWrite => ({ verb: 'create', kind: 'Ingress', key, body: { metadata, spec } })
const path = {
  rewriteHost: 'hello.default.svc.cluster.local',
  splits: [{ serviceName: 'hello', serviceNamespace: 'default', servicePort: 80, percent: 100, appendHeaders: { 'K-Original-Host': name } }]
}
const rules = (...before: object[]) => [{ hosts: [name], visibility: 'ExternalIP', http: { paths: [...before, path] } }]

const certificate = (over: { metadata?: object; status?: object } = {}): Certificate => ({
  apiVersion: 'networking.internal.knative.dev/v1alpha1',
  kind: 'Certificate',
  metadata: {
    name,
    namespace: 'default',
    generation: 1,
    labels: { 'serving.knative.dev/domainMappingUID': name, 'networking.knative.dev/certificate-type': 'external-domain' },
    annotations: { 'networking.knative.dev/certificate.class': 'issuer.certificate.networking.knative.dev' },
    ownerReferences: [owner],
    ...over.metadata
  },
  spec: { dnsNames: [name], domain: name, secretName: name },
  ...(over.status === undefined ? {} : { status: { observedGeneration: 1, ...over.status } })
})
const shown = [{ hosts: [name], secretName: name, secretNamespace: 'default' }]
const asked = {
  http01Challenges: [
    { url: `http://${name}/.well-known/acme-challenge/abc`, serviceName: 'solver', serviceNamespace: 'default', servicePort: 8089 }
  ],
  conditions: [{ type: 'Ready', status: 'Unknown', reason: 'InProgress', message: 'it takes its time' }]
}
const solver = {
  path: '/.well-known/acme-challenge/abc',
  splits: [{ serviceName: 'solver', serviceNamespace: 'default', servicePort: 8089, percent: 100 }]
}
const ingress = (over: { metadata?: object; status?: object } = {}): Ingress =>
  ({
    apiVersion: 'networking.internal.knative.dev/v1alpha1',
    kind: 'Ingress',
    metadata: {
      name,
      namespace: 'default',
      generation: 1,
      labels: { 'serving.knative.dev/domainMappingUID': 'uid-mapping', 'serving.knative.dev/domainMappingNamespace': 'default' },
      annotations: { 'networking.knative.dev/ingress.class': 'gateway.ingress.networking.knative.dev' },
      ownerReferences: [owner],
      ...over.metadata
    },
    spec: { httpOption: 'Enabled', rules: rules() },
    ...(over.status === undefined ? {} : { status: over.status })
  }) as Ingress

describe('DomainMapping', () => {
  reconcileTable(one('domainmapping'), [
    {
      name: 'is a KIngress whose host becomes that of the Service on the way',
      world: [...settledWorld(), mapping({ metadata: { labels: { team: 'red' } } }), claim(), hello],
      key,
      writes: [
        made(
          { httpOption: 'Enabled', rules: rules() },
          {
            labels: {
              team: 'red',
              'serving.knative.dev/domainMappingUID': 'uid-mapping',
              'serving.knative.dev/domainMappingNamespace': 'default'
            },
            annotations: { 'networking.knative.dev/ingress.class': 'gateway.ingress.networking.knative.dev' },
            ownerReferences: [owner]
          }
        ),
        { verb: 'create', kind: 'Event', body: { reason: 'Created', message: `Created Ingress "${name}"` } },
        status({
          url: `http://${name}`,
          address: { url: `http://${name}` },
          observedGeneration: 1,
          conditions: [notEnabled, claimed, notConfigured('IngressReady'), notConfigured('Ready'), resolved]
        })
      ]
    },
    {
      name: 'is ready when its KIngress is',
      world: [
        ...settledWorld(),
        mapping(),
        claim(),
        hello,
        ingress({ status: { observedGeneration: 1, conditions: [{ type: 'Ready', status: 'True' }] } })
      ],
      key,
      writes: [status({ conditions: [notEnabled, claimed, is('IngressReady', 'True'), is('Ready', 'True'), resolved] })]
    },
    {
      name: 'holds its claim back with a finalizer first',
      world: [...settledWorld(), mapping({ metadata: { finalizers: [] } }), claim(), hello],
      key,
      writes: [
        { verb: 'patch', kind: 'DomainMapping', key, body: { metadata: { finalizers: ['domainmappings.serving.knative.dev'] } } },
        made({}),
        status({})
      ]
    },
    {
      name: 'is refused a domain that nobody has claimed, and says what to do',
      world: [...settledWorld(), mapping(), hello],
      key,
      throws: /no ClusterDomainClaim found for domain "hello.example.com" \(and autocreate-cluster-domain-claims property is not true\)/,
      writes: [
        status({
          conditions: [
            is('CertificateProvisioned', 'Unknown'),
            is(
              'DomainClaimed',
              'False',
              'DomainAlreadyClaimed',
              'There is no ClusterDomainClaim that gives "hello.example.com" to namespace "default". Create a ClusterDomainClaim for it, or set autocreate-cluster-domain-claims in config-network.'
            ),
            notConfigured('IngressReady'),
            is('Ready', 'False', 'DomainAlreadyClaimed'),
            is('ReferenceResolved', 'Unknown')
          ]
        })
      ]
    },
    {
      name: 'claims its domain where that is allowed',
      world: [...settledWorld(), network({ 'autocreate-cluster-domain-claims': 'true' }), mapping(), hello],
      key,
      writes: [
        { verb: 'create', kind: 'ClusterDomainClaim', key: name, body: { spec: { namespace: 'default' } } },
        made({}),
        status({ conditions: [notEnabled, claimed, notConfigured('IngressReady'), notConfigured('Ready'), resolved] })
      ]
    },
    {
      name: 'says that a claim could not be made',
      world: [...settledWorld(), network({ 'autocreate-cluster-domain-claims': 'true' }), mapping(), hello],
      key,
      faults: [{ verb: 'create', resource: clusterDomainClaims, error: 'Forbidden' }],
      throws: /forbidden/i,
      writes: [
        { verb: 'create', kind: 'ClusterDomainClaim' },
        status({ conditions: [{}, is('DomainClaimed', 'False', 'DomainClaimFailed'), {}, is('Ready', 'False', 'DomainClaimFailed'), {}] })
      ]
    },
    {
      name: 'is refused a domain of another namespace',
      world: [...settledWorld(), network({ 'autocreate-cluster-domain-claims': 'true' }), mapping(), claim('other'), hello],
      key,
      throws: /namespace "default" does not own ClusterDomainClaim for "hello.example.com"/,
      writes: [
        status({
          conditions: [
            {},
            is(
              'DomainClaimed',
              'False',
              'DomainAlreadyClaimed',
              'The domain name is already in use by another DomainMapping. Use another domain, or have its ClusterDomainClaim name this namespace.'
            ),
            {},
            is('Ready', 'False', 'DomainAlreadyClaimed'),
            {}
          ]
        })
      ]
    },
    ...(
      [
        ['is not there', [], {}, 'failed to get object default/hello: services "hello" not found'],
        ['has no address yet', [service()], {}, 'address not set for Service default/hello'],
        [
          'has a path',
          [addressed('http://hello.default.svc.cluster.local/a')],
          {},
          'resolved URI "http://hello.default.svc.cluster.local/a" contains a path'
        ],
        [
          'is not of the cluster',
          [addressed('http://hello.default.example.com')],
          {},
          'resolved URI "http://hello.default.example.com" must be of the form {name}.{namespace}.svc.cluster.local'
        ],
        [
          'is elsewhere',
          [addressed('http://hello.other.svc.cluster.local')],
          {},
          'resolved URI "http://hello.other.svc.cluster.local" must be in same namespace as DomainMapping'
        ],
        [
          'is a Kubernetes Service that is not there',
          [hello],
          { ref: { apiVersion: 'v1', kind: 'Service', name: 'plain', namespace: 'default' } },
          'failed to get object default/plain: services "plain" not found'
        ]
      ] as const
    ).map(([what, targets, spec, message]) => ({
      name: `does not resolve a reference that ${what}`,
      world: [...settledWorld(), mapping({ spec }), claim(), ...targets],
      key,
      throws: /^resolving reference: /,
      writes: [
        status({
          conditions: [
            notEnabled,
            claimed,
            notConfigured('IngressReady'),
            is('Ready', 'False', 'ResolveFailed', message),
            is('ReferenceResolved', 'False', 'ResolveFailed', message)
          ]
        })
      ]
    })),
    {
      name: 'leads to a Kubernetes Service',
      world: [
        ...settledWorld(),
        mapping({ spec: { ref: { apiVersion: 'v1', kind: 'Service', name: 'plain', namespace: 'default' } } }),
        claim(),
        kubeService({ metadata: { name: 'plain' } })
      ],
      key,
      writes: [
        made({ rules: [{ http: { paths: [{ rewriteHost: 'plain.default.svc.cluster.local', splits: [{ serviceName: 'plain' }] }] } }] }),
        status({})
      ]
    },
    {
      name: 'is of the ingress class and option that it says itself',
      world: [
        ...settledWorld(),
        mapping({
          metadata: {
            annotations: {
              'networking.knative.dev/ingress-class': 'istio.ingress.networking.knative.dev',
              'networking.knative.dev/http-protocol': 'Redirected'
            }
          }
        }),
        claim(),
        hello
      ],
      key,
      writes: [
        made(
          { httpOption: 'Redirected' },
          {
            annotations: {
              'networking.knative.dev/ingress.class': 'istio.ingress.networking.knative.dev',
              'networking.knative.dev/http-protocol': 'Redirected'
            }
          }
        ),
        status({})
      ]
    },
    {
      name: 'shows a certificate of the user',
      world: [...settledWorld(), network(tlsOn), mapping({ spec: { tls: { secretName: 'mine' } } }), claim(), hello],
      key,
      writes: [
        made({ tls: [{ hosts: [name], secretName: 'mine', secretNamespace: 'default' }], rules: rules() }),
        status({
          url: `https://${name}`,
          conditions: [
            is('CertificateProvisioned', 'True', 'CertificateExternallyProvided', 'TLS certificate was provided externally'),
            {},
            {},
            {},
            {}
          ]
        })
      ]
    },
    {
      name: 'asks for a certificate, and is served without one meanwhile',
      world: [...settledWorld(), network(tlsOn), mapping(), claim(), hello],
      key,
      writes: [
        {
          verb: 'create',
          kind: 'Certificate',
          key,
          body: {
            metadata: { labels: certificate().metadata.labels, annotations: certificate().metadata.annotations },
            spec: certificate().spec
          }
        },
        made({ rules: rules() }),
        status({
          url: `http://${name}`,
          conditions: [
            is('CertificateProvisioned', 'True', 'HTTPDowngrade', `Certificate ${name} is not ready downgrade HTTP.`),
            {},
            {},
            {},
            {}
          ]
        })
      ]
    },
    {
      name: 'leads an authority to the solver of its challenge',
      world: [
        ...settledWorld(),
        network({ ...tlsOn, 'http-protocol': 'Redirected' }),
        mapping(),
        claim(),
        hello,
        certificate({ status: asked })
      ],
      key,
      writes: [
        made({ httpOption: 'Redirected', rules: rules(solver) }),
        status({
          url: `https://${name}`,
          conditions: [
            is(
              'CertificateProvisioned',
              'Unknown',
              'CertificateNotReady',
              `Certificate ${name} is not ready: InProgress: it takes its time`
            ),
            {},
            {},
            {},
            {}
          ]
        })
      ]
    },
    {
      name: 'says why there is no certificate',
      world: [
        ...settledWorld(),
        network({ ...tlsOn, 'http-protocol': 'Redirected' }),
        mapping(),
        claim(),
        hello,
        certificate({ status: { conditions: [{ type: 'Ready', status: 'False', reason: 'Denied', message: 'not today' }] } })
      ],
      key,
      writes: [
        made({}),
        status({
          conditions: [
            is(
              'CertificateProvisioned',
              'False',
              'CertificateProvisionFailed',
              `Certificate ${name} failed to be provisioned: Denied: not today`
            ),
            {},
            {},
            is('Ready', 'False', 'CertificateProvisionFailed'),
            {}
          ]
        })
      ]
    },
    {
      name: 'shows its certificate when it is there, at the port that clients reach HTTPS at',
      world: [
        ...settledWorld(),
        network({ ...tlsOn, 'default-external-port': '8080', 'default-external-https-port': '8443' }),
        mapping(),
        claim(),
        hello,
        certificate({ status: { conditions: [{ type: 'Ready', status: 'True' }] } })
      ],
      key,
      writes: [
        made({ tls: shown, rules: rules() }),
        status({ url: `https://${name}:8443`, conditions: [is('CertificateProvisioned', 'True'), {}, {}, {}, {}] })
      ]
    },
    {
      name: 'needs no certificate when it says so',
      world: [
        ...settledWorld(),
        network(tlsOn),
        mapping({ metadata: { annotations: { 'networking.knative.dev/disable-external-domain-tls': 'true' } } }),
        claim(),
        hello
      ],
      key,
      writes: [made({ rules: rules() }), status({ conditions: [notEnabled, {}, {}, {}, {}] })]
    },
    {
      name: 'keeps its certificate while gateways may still show it',
      world: [...settledWorld(), network(tlsOn), mapping({ spec: { tls: { secretName: 'mine' } } }), claim(), hello, certificate()],
      key,
      writes: [made({}), status({})]
    },
    {
      name: 'gives up its certificate when they do not',
      world: [
        ...settledWorld(),
        mapping(),
        claim(),
        hello,
        certificate(),
        ingress({ status: { observedGeneration: 1, conditions: [{ type: 'Ready', status: 'True' }] } })
      ],
      key,
      writes: [{ verb: 'delete', kind: 'Certificate', key }, status({})]
    },
    {
      name: 'gives up no certificate of somebody else',
      world: [...settledWorld(), mapping(), claim(), hello, certificate({ metadata: { ownerReferences: [] } })],
      key,
      writes: [made({}), status({ conditions: [notEnabled, {}, {}, {}, {}] })]
    },
    {
      name: 'does not take over a Certificate of somebody else',
      world: [...settledWorld(), network(tlsOn), mapping(), claim(), hello, certificate({ metadata: { ownerReferences: [] } })],
      key,
      throws: /does not own Certificate/,
      writes: [
        status({
          conditions: [
            is('CertificateProvisioned', 'False', 'CertificateNotOwned', `There is an existing certificate ${name} that we don't own.`),
            {},
            {},
            {},
            {}
          ]
        })
      ]
    },
    {
      name: 'does not take over a KIngress of somebody else',
      world: [...settledWorld(), mapping(), claim(), hello, ingress({ metadata: { ownerReferences: [] } })],
      key,
      throws: /does not own Ingress/,
      writes: [status({ conditions: [{}, {}, is('IngressReady', 'False', 'NotOwned'), is('Ready', 'False', 'NotOwned'), {}] })]
    },
    {
      name: 'repairs a KIngress that somebody has edited',
      world: [...settledWorld(), mapping(), claim(), hello, { ...ingress(), spec: { rules: [] } }],
      key,
      writes: [{ verb: 'update', kind: 'Ingress', key, body: { spec: { httpOption: 'Enabled', rules: rules() } } }, status({})]
    },
    {
      name: 'tells of a KIngress that cannot be made',
      world: [...settledWorld(), mapping(), claim(), hello],
      key,
      faults: [{ verb: 'create', resource: ingresses, error: 'Forbidden' }],
      throws: /forbidden/i,
      writes: [made({}), status({})]
    },
    {
      name: 'gives back the domain that it has claimed',
      world: [
        ...settledWorld(),
        network({ 'autocreate-cluster-domain-claims': 'true' }),
        mapping({ metadata: { deletionTimestamp: '2030-01-01T00:00:00Z' } }),
        claim()
      ],
      key,
      writes: [
        { verb: 'delete', kind: 'ClusterDomainClaim', key: name },
        { verb: 'patch', kind: 'DomainMapping', key, body: { metadata: { finalizers: [] } } }
      ]
    },
    {
      name: 'leaves a claim that was made by hand',
      world: [...settledWorld(), mapping({ metadata: { deletionTimestamp: '2030-01-01T00:00:00Z' } }), claim()],
      key,
      writes: [{ verb: 'patch', kind: 'DomainMapping', key, body: { metadata: { finalizers: [] } } }]
    },
    {
      name: 'leaves the claim of another namespace',
      world: [
        ...settledWorld(),
        network({ 'autocreate-cluster-domain-claims': 'true' }),
        mapping({ metadata: { deletionTimestamp: '2030-01-01T00:00:00Z' } }),
        claim('other')
      ],
      key,
      writes: [{ verb: 'patch', kind: 'DomainMapping', key, body: { metadata: { finalizers: [] } } }]
    }
  ])
})
