/** What certificates do to a Route. Long, because it is one table: each row is a world, and all that is written in it. */
import { describe } from '@jest/globals'
import { adler32, type Certificate, type Ingress } from '@knative-ts/api'
import { configuration, reconcileTable, revision, route, type ExpectedWrite } from '@knative-ts/testing'
import { one } from '../testing/one-reconciler.ts'
import { configMapOf, settledWorld } from '../testing/stand-ins.ts'

const uid = 'uid-route-hello'
const owner = { apiVersion: 'serving.knative.dev/v1', kind: 'Route', name: 'hello', uid, controller: true, blockOwnerDeletion: true }
const ready = revision({ metadata: { name: 'one' }, status: { observedGeneration: 1, conditions: [{ type: 'Ready', status: 'True' }] } })
const world = [...settledWorld(), configuration({ status: { observedGeneration: 1, latestReadyRevisionName: 'one' } }), ready]
const network = (data: Record<string, string> = {}) => configMapOf('config-network', { 'external-domain-tls': 'Enabled', ...data })
const redirected = { 'http-protocol': 'Redirected' }
const tagged = route({
  spec: {
    traffic: [
      { configurationName: 'hello', latestRevision: true, percent: 100 },
      { revisionName: 'one', latestRevision: false, tag: 'blue', percent: 0 }
    ]
  }
})
const host = 'hello.default.example.com'
const own = `route-${uid}`

const certificate = (name: string, dnsNames: string[], over: { metadata?: object; spec?: object; status?: object } = {}): Certificate => ({
  apiVersion: 'networking.internal.knative.dev/v1alpha1',
  kind: 'Certificate',
  metadata: {
    name,
    namespace: 'default',
    generation: 1,
    labels: { 'serving.knative.dev/route': 'hello', 'networking.knative.dev/certificate-type': 'external-domain' },
    annotations: { 'networking.knative.dev/certificate.class': 'issuer.certificate.networking.knative.dev' },
    ownerReferences: [owner],
    ...over.metadata
  },
  spec: { dnsNames, domain: 'example.com', secretName: name, ...over.spec },
  ...(over.status === undefined ? {} : { status: { observedGeneration: 1, ...over.status } })
})
const issued = { conditions: [{ type: 'Ready', status: 'True' }] }
const waiting = { conditions: [{ type: 'Ready', status: 'Unknown', reason: 'InProgress' }] }
const denied = { conditions: [{ type: 'Ready', status: 'False', reason: 'Denied', message: 'not today' }] }
const local = (over: object = {}) =>
  certificate(`${own}-local`, ['hello.default', 'hello.default.svc', 'hello.default.svc.cluster.local'], {
    metadata: { labels: { 'serving.knative.dev/route': 'hello', 'networking.knative.dev/certificate-type': 'cluster-local-domain' } },
    spec: { domain: 'svc.cluster.local' },
    ...over
  })
const wildcard = (over: object = {}) =>
  certificate('default.example.com', ['*.default.example.com'], {
    metadata: { labels: { 'networking.knative.dev/wildcardDomain': 'example.com' }, ownerReferences: [] },
    status: issued,
    ...over
  })

const asks = (name: string, ...dnsNames: string[]): ExpectedWrite => ({
  verb: 'create',
  kind: 'Certificate',
  key: `default/${name}`,
  body: { metadata: { ownerReferences: [owner] }, spec: { dnsNames, secretName: name } }
})
const ingress = (spec: object = {}): ExpectedWrite => ({ verb: 'create', kind: 'Ingress', key: 'default/hello', body: { spec } })
const placeholder = (name = 'hello'): ExpectedWrite => ({ verb: 'create', kind: 'Service', key: `default/${name}` })
const status = (value: object): ExpectedWrite => ({
  verb: 'patch',
  kind: 'Route',
  key: 'default/hello',
  body: [{ op: 'test' }, { op: 'add', path: '/status', value }]
})
const provisioned = (state: string, reason?: string, message?: string) => ({
  conditions: [
    {},
    {
      type: 'CertificateProvisioned',
      status: state,
      ...(reason === undefined ? {} : { reason }),
      ...(message === undefined ? {} : { message })
    },
    {},
    {}
  ]
})
const tls = (secretName: string, ...hosts: string[]) => ({ tls: [{ hosts, secretName, secretNamespace: 'default' }] })

/** The KIngress as it is wanted, and served. */
function served(): Ingress {
  const splits = [
    {
      appendHeaders: { 'Knative-Serving-Namespace': 'default', 'Knative-Serving-Revision': 'one' },
      percent: 100,
      serviceName: 'one',
      serviceNamespace: 'default',
      servicePort: 80
    }
  ]
  const inside = ['hello.default', 'hello.default.svc', 'hello.default.svc.cluster.local']
  return {
    apiVersion: 'networking.internal.knative.dev/v1alpha1',
    kind: 'Ingress',
    metadata: {
      name: 'hello',
      namespace: 'default',
      generation: 1,
      ownerReferences: [owner],
      labels: { 'serving.knative.dev/route': 'hello', 'serving.knative.dev/routeNamespace': 'default' },
      annotations: {
        'networking.knative.dev/ingress.class': 'gateway.ingress.networking.knative.dev',
        'networking.internal.knative.dev/rollout':
          '{"configurations":[{"configurationName":"hello","percent":100,"revisions":[{"revisionName":"one","percent":100}],"stepParams":{}}]}'
      }
    },
    spec: {
      httpOption: 'Redirected',
      ...tls(own, host),
      rules: [
        { hosts: inside, visibility: 'ClusterLocal', http: { paths: [{ splits }] } },
        { hosts: [host], visibility: 'ExternalIP', http: { paths: [{ splits }] } }
      ]
    },
    status: { observedGeneration: 1, conditions: [{ type: 'Ready', status: 'True' }] }
  }
}

describe('a Route and its certificates', () => {
  reconcileTable(one('route'), [
    {
      name: 'asks for one a host, and is served without meanwhile',
      world: [...world, network(), tagged],
      key: 'default/hello',
      writes: [
        asks(own, host),
        asks(`${own}-${adler32('blue')}`, `blue-${host}`),
        ingress({ httpOption: 'Enabled' }),
        placeholder(),
        placeholder('blue-hello'),
        status({
          url: `http://${host}`,
          traffic: [{}, { tag: 'blue', url: `http://blue-${host}` }],
          ...provisioned('True', 'HTTPDowngrade', `Certificate ${own} is not ready downgrade HTTP.`)
        })
      ]
    },
    {
      name: 'tells its issuer by its annotation',
      world: [
        ...world,
        network(),
        route({ metadata: { annotations: { 'networking.knative.dev/certificate-class': 'mine.example.com' } } })
      ],
      key: 'default/hello',
      writes: [
        {
          verb: 'create',
          kind: 'Certificate',
          body: {
            metadata: {
              labels: { 'serving.knative.dev/route': 'hello', 'networking.knative.dev/certificate-type': 'external-domain' },
              annotations: { 'networking.knative.dev/certificate.class': 'mine.example.com' }
            },
            spec: { domain: 'example.com' }
          }
        },
        ingress(),
        placeholder(),
        status({})
      ]
    },
    {
      name: 'waits where plain HTTP leads to HTTPS, and says for what',
      world: [...world, network(redirected), route(), certificate(own, [host], { status: waiting })],
      key: 'default/hello',
      writes: [
        ingress({ httpOption: 'Redirected' }),
        placeholder(),
        status({ url: `https://${host}`, ...provisioned('Unknown', 'CertificateNotReady', `Certificate ${own} is not ready: InProgress`) })
      ]
    },
    {
      name: 'fails with its certificate, and says why',
      world: [...world, network(redirected), route(), certificate(own, [host], { status: denied })],
      key: 'default/hello',
      writes: [
        ingress(),
        placeholder(),
        status(provisioned('False', 'CertificateProvisionFailed', `Certificate ${own} fails to be provisioned: Denied: not today`))
      ]
    },
    {
      name: 'shows its certificate',
      world: [...world, network(redirected), route(), certificate(own, [host], { status: issued })],
      key: 'default/hello',
      writes: [
        ingress({ httpOption: 'Redirected', ...tls(own, host) }),
        placeholder(),
        status({ url: `https://${host}`, address: { url: 'http://hello.default.svc.cluster.local' }, ...provisioned('True') })
      ]
    },
    {
      name: 'of which one is ready and one is not is not ready, whichever was looked at last',
      world: [
        ...world,
        network(redirected),
        tagged,
        certificate(own, [host], { status: waiting }),
        certificate(`${own}-${adler32('blue')}`, [`blue-${host}`], { status: issued })
      ],
      key: 'default/hello',
      writes: [
        ingress(tls(`${own}-${adler32('blue')}`, `blue-${host}`)),
        placeholder(),
        placeholder('blue-hello'),
        status(provisioned('Unknown', 'CertificateNotReady'))
      ]
    },
    {
      name: 'leads an authority to the solver, before everything else of the host',
      world: [
        ...world,
        network(redirected),
        route(),
        certificate(own, [host], {
          status: {
            ...waiting,
            http01Challenges: [
              {
                url: `http://${host}/.well-known/acme-challenge/abc`,
                serviceName: 'solver',
                serviceNamespace: 'default',
                servicePort: 8089
              },
              {
                url: 'http://elsewhere.com/.well-known/acme-challenge/def',
                serviceName: 'solver',
                serviceNamespace: 'default',
                servicePort: 8089
              }
            ]
          }
        })
      ],
      key: 'default/hello',
      writes: [
        ingress({
          rules: [
            { visibility: 'ClusterLocal', http: { paths: [{ splits: [{ serviceName: 'one' }] }] } },
            {
              visibility: 'ExternalIP',
              http: {
                paths: [
                  {
                    path: '/.well-known/acme-challenge/abc',
                    splits: [{ serviceName: 'solver', serviceNamespace: 'default', servicePort: 8089, percent: 100 }]
                  },
                  { splits: [{ serviceName: 'one' }] }
                ]
              }
            }
          ]
        }),
        placeholder(),
        status({})
      ]
    },
    {
      name: "needs none of its own under the namespace's",
      world: [...world, network(redirected), route(), wildcard()],
      key: 'default/hello',
      writes: [ingress(tls('default.example.com', host)), placeholder(), status({ url: `https://${host}`, ...provisioned('True') })]
    },
    {
      name: "waits for the namespace's when it has none of its own",
      world: [...world, network(redirected), route(), wildcard({ status: waiting })],
      key: 'default/hello',
      writes: [ingress(), placeholder(), status(provisioned('Unknown', 'CertificateNotReady'))]
    },
    {
      name: "shows its own until the namespace's is there",
      world: [
        ...world,
        network(redirected),
        route(),
        served(),
        wildcard({ status: waiting }),
        certificate(own, [host], { status: issued })
      ],
      key: 'default/hello',
      writes: [placeholder(), status({ url: `https://${host}`, ...provisioned('True') })]
    },
    {
      name: "shows the namespace's, which it is to have no longer, until its own is there",
      world: [
        ...world,
        network(redirected),
        route(),
        { ...served(), spec: { ...served().spec, ...tls('default.example.com', host) } },
        wildcard({ metadata: { labels: {} } })
      ],
      key: 'default/hello',
      writes: [asks(own, host), placeholder(), status({ url: `https://${host}`, ...provisioned('True') })]
    },
    {
      name: 'needs one of its own where the namespace has one for other hosts',
      world: [...world, network(redirected), route(), wildcard({ spec: { dnsNames: ['*.other.example.com'] } })],
      key: 'default/hello',
      writes: [asks(own, host), ingress(), placeholder(), status(provisioned('Unknown', 'CertificateNotReady'))]
    },
    {
      name: 'keeps the certificate of a tag that is gone while gateways may still show it',
      world: [
        ...world,
        network(redirected),
        route(),
        certificate(own, [host], { status: issued }),
        certificate(`${own}-${adler32('blue')}`, [`blue-${host}`], { status: issued })
      ],
      key: 'default/hello',
      writes: [ingress(), placeholder(), status(provisioned('True'))]
    },
    {
      name: "gives it up when they do not, and nobody else's",
      world: [
        ...world,
        network(redirected),
        route(),
        served(),
        certificate(own, [host], { status: issued }),
        certificate(`${own}-${adler32('blue')}`, [`blue-${host}`], { status: issued }),
        certificate('somebodys', ['x.com'], { metadata: { ownerReferences: [] }, status: issued })
      ],
      key: 'default/hello',
      writes: [
        placeholder(),
        { verb: 'delete', kind: 'Certificate', key: `default/${own}-${adler32('blue')}` },
        status(provisioned('True'))
      ]
    },
    {
      name: 'does not take over a Certificate of its name',
      world: [...world, network(), route(), certificate(own, [host], { metadata: { ownerReferences: [] } })],
      key: 'default/hello',
      throws: /does not own Certificate/,
      writes: [status(provisioned('False', 'CertificateNotOwned', `There is an existing certificate ${own} that we don't own.`))]
    },
    {
      name: 'inside the cluster alone has nothing to show outside',
      world: [...world, network(), route({ metadata: { labels: { 'networking.knative.dev/visibility': 'cluster-local' } } })],
      key: 'default/hello',
      writes: [ingress(), placeholder(), status(provisioned('True', 'TLSNotEnabled', 'TLS is not enabled for cluster-local'))]
    },
    {
      name: 'may do without by its annotation',
      world: [...world, network(), route({ metadata: { annotations: { 'networking.knative.dev/disableAutoTLS': 'true' } } })],
      key: 'default/hello',
      writes: [ingress(), placeholder(), status(provisioned('True', 'TLSNotEnabled', 'external-domain-tls is not enabled'))]
    },
    {
      name: 'has one certificate for all its names inside the cluster, where those are to be secure',
      world: [...world, configMapOf('config-network', { 'cluster-local-domain-tls': 'Enabled' }), route()],
      key: 'default/hello',
      writes: [
        asks(`${own}-local`, 'hello.default', 'hello.default.svc', 'hello.default.svc.cluster.local'),
        ingress({ rules: [{ visibility: 'ClusterLocal' }, { visibility: 'ExternalIP' }] }),
        placeholder(),
        status({
          url: `http://${host}`,
          address: { url: 'http://hello.default.svc.cluster.local' },
          ...provisioned('Unknown', 'CertificateNotReady')
        })
      ]
    },
    {
      name: 'is called securely inside the cluster as soon as it can be',
      world: [...world, configMapOf('config-network', { 'cluster-local-domain-tls': 'Enabled' }), route(), local({ status: issued })],
      key: 'default/hello',
      writes: [
        ingress(tls(`${own}-local`, 'hello.default', 'hello.default.svc', 'hello.default.svc.cluster.local')),
        placeholder(),
        status({ url: `http://${host}`, address: { url: 'https://hello.default.svc.cluster.local' }, ...provisioned('True') })
      ]
    },
    {
      name: 'inside the cluster alone has a secure URL too',
      world: [
        ...world,
        configMapOf('config-network', { 'cluster-local-domain-tls': 'Enabled' }),
        route({ metadata: { labels: { 'networking.knative.dev/visibility': 'cluster-local' } } }),
        local({ status: issued })
      ],
      key: 'default/hello',
      writes: [
        ingress(),
        placeholder(),
        status({ url: 'https://hello.default.svc.cluster.local', address: { url: 'https://hello.default.svc.cluster.local' } })
      ]
    }
  ])
})
