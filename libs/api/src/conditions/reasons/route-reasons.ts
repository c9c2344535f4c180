import { rowsOf, type ConditionReason } from './condition-reason.ts'

const created = 'Create it, or name one that exists in spec.traffic.'

/** What a Route and a DomainMapping say of the ingress and of certificates, in the same words. */
const reached = (kind: string): ConditionReason[] => [
  ...rowsOf(kind, 'IngressReady', [
    [
      'Unknown',
      'IngressNotConfigured',
      'No controller has reconciled the ingress yet; if no controller serves its class, none ever will.',
      'Wait; if it stays, install the controller of the class, or name another one.',
      'Ingress has not yet been reconciled. It is of class "kourier.ingress.networking.knative.dev": when this stays, no controller of that class runs. Install it, or name another class in ConfigMap config-network (ingress-class) or in the annotation networking.knative.dev/ingress-class.'
    ],
    [
      'Unknown',
      'Uninitialized',
      'Gateways have not acknowledged the routes yet.',
      'Wait; if it stays, check that pods of the gateway run in knative-serving.',
      'Waiting for load balancer to be ready'
    ],
    [
      'Unknown',
      'CertificateMissing',
      'The Secret of a certificate does not exist, or is incomplete.',
      'Create it with tls.crt and tls.key (type kubernetes.io/tls).',
      'Secret "default/route-cert" of the certificate is not there'
    ],
    [
      'False',
      'NotOwned',
      'An ingress or placeholder Service of this name belongs to somebody else.',
      'Delete it, or choose another name.',
      'There is an existing placeholder Service "hello" that we do not own. Delete it, or give the Service another name.'
    ]
  ]),
  ...rowsOf(kind, 'CertificateProvisioned', [
    [
      'Unknown',
      'CertificateNotReady',
      'A certificate is being issued; the message says how far it is.',
      'Wait; if it stays, see the Certificate it names.',
      'Certificate route-4711 is not ready: the order is pending'
    ],
    [
      'False',
      'CertificateProvisionFailed',
      'A certificate cannot be issued.',
      'Fix what the message names: the issuer, the name, the DNS entry.',
      'Certificate route-4711 fails to be provisioned: the issuer is not there'
    ],
    [
      'False',
      'CertificateNotOwned',
      'A Certificate of this name belongs to somebody else.',
      'Delete it, so that it is created again.',
      'There is an existing certificate route-4711 that we don’t own.'
    ]
  ])
]

/** Route and DomainMapping. */
export const routeReasons = [
  ...rowsOf('Route', 'AllTrafficAssigned', [
    [
      'Unknown',
      'RevisionMissing',
      'A revision that traffic is sent to is not ready yet; the message says why.',
      'Do what the message says, or wait.',
      'Configuration "hello" is waiting for a Revision to become ready.'
    ],
    [
      'False',
      'RevisionMissing',
      'A revision that traffic is sent to does not exist, or failed.',
      created,
      'Revision "hello-nope" referenced in traffic not found. Create it, or name one that exists in spec.traffic.'
    ],
    [
      'False',
      'ConfigurationMissing',
      'A Configuration that traffic is sent to does not exist.',
      created,
      'Configuration "absent" referenced in traffic not found. Create it, or name one that exists in spec.traffic.'
    ],
    [
      'False',
      'RevisionNotOwned',
      'A Service’s traffic is sent to a revision of another Service.',
      'Name a revision of this Service in spec.traffic.',
      'Revision "other-00001" is not owned by Service "hello". Name a revision of this Service in spec.traffic.'
    ],
    [
      'False',
      'ErrorConfig',
      'The domain or tag template of config-network yields no valid host name for it.',
      'Correct the template, or shorten name, namespace or tag.',
      '"hello" must be a domain with at least two segments separated by dots'
    ]
  ]),
  ...rowsOf('Route', 'IngressReady', [
    [
      'Unknown',
      'RolloutInProgress',
      'Traffic is moving to the latest revision step by step (rollout-duration).',
      'Wait.',
      'A gradual rollout of the latest revision(s) is in progress.'
    ]
  ]),
  ...reached('Route'),
  ...rowsOf('DomainMapping', 'DomainClaimed', [
    [
      'False',
      'DomainAlreadyClaimed',
      'The domain belongs to another namespace, or users may not claim domains themselves.',
      'Use another domain, or have its ClusterDomainClaim name this namespace; or set autocreate-cluster-domain-claims in config-network.',
      'The domain name is already in use by another DomainMapping. Use another domain, or have its ClusterDomainClaim name this namespace.'
    ],
    ['False', 'DomainClaimFailed', 'The claim cannot be created.', 'Fix what the message names.', 'The domain cannot be claimed: forbidden']
  ]),
  ...rowsOf('DomainMapping', 'ReferenceResolved', [
    [
      'False',
      'ResolveFailed',
      'spec.ref does not name anything that can be reached.',
      'Correct spec.ref, or create what it names.',
      'services.serving.knative.dev "hello" not found'
    ]
  ]),
  ...reached('DomainMapping')
]
