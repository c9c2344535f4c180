import { rowsOf } from './condition-reason.ts'

const above = 'See the Revision that owns it.'

/** Kinds that users do not write: PodAutoscaler, Metric, ServerlessService, Ingress, Certificate. */
export const internalReasons = [
  ...rowsOf('PodAutoscaler', 'Active', [
    [
      'Unknown',
      'Queued',
      'Requests are waiting for pods that are starting.',
      above,
      'Requests to the target are being buffered as resources are provisioned.'
    ],
    [
      'False',
      'NoTraffic',
      'Nobody calls the revision, so it has no pods. This is not a failure.',
      'Call it, or set min-scale.',
      'The target is not receiving traffic.'
    ],
    ['False', 'TimedOut', 'Pods did not start in time, and were given up.', above, 'The target could not be activated.'],
    [
      'False',
      'NotOwned',
      'A ServerlessService, Metric or HorizontalPodAutoscaler of this name belongs to somebody else.',
      'Delete it, or give the Service another name.',
      'There is an existing ServerlessService "hello-00001" that we do not own. Delete it, or give the Service another name.'
    ],
    [
      'False',
      'FailedCreate',
      'The HorizontalPodAutoscaler cannot be created.',
      'See the events of the PodAutoscaler.',
      'Failed to create HorizontalPodAutoscaler "hello-00001".'
    ]
  ]),
  ...rowsOf('PodAutoscaler', 'SKSReady', [
    ['Unknown', 'NotReady', 'The ServerlessService has no pods to send requests to yet.', above, 'K8s Service is not ready'],
    [
      'False',
      'NotOwned',
      'A Service of the revision’s name, or of that name and -private, belongs to somebody else.',
      'Delete it, or give the Service another name.',
      'There is an existing Service "hello-00001" that we do not own. Delete it, or give the Service another name.'
    ]
  ]),
  ...rowsOf('Metric', 'Ready', [
    ['Unknown', 'NoEndpoints', 'There are no pods to ask.', above, 'no pods to ask'],
    [
      'False',
      'DidNotReceiveStat',
      'No pod that was asked answered.',
      'Check that the autoscaler can reach port 9090 of the pods (network policies).',
      'did not receive stat from an unscraped pod'
    ],
    [
      'False',
      'CollectionFailed',
      'Asking pods for their statistics failed.',
      'Check that the autoscaler can reach port 9090 of the pods (network policies).',
      'unsuccessful scrape, sampleSize=1'
    ]
  ]),
  ...rowsOf('ServerlessService', 'EndpointsPopulated', [
    ['Unknown', 'NoHealthyBackends', 'No pod is ready.', above, 'K8s Service is not ready'],
    [
      'False',
      'NotOwned',
      'A Service of this name belongs to somebody else.',
      'Delete it, or give the Service another name.',
      'There is an existing Service "hello-00001" that we do not own. Delete it, or give the Service another name.'
    ]
  ]),
  ...rowsOf('Ingress', 'LoadBalancerReady', [
    [
      'Unknown',
      'Uninitialized',
      'Gateways have not acknowledged the routes yet.',
      'Check that pods of the gateway run in knative-serving.',
      'Waiting for load balancer to be ready'
    ],
    [
      'Unknown',
      'CertificateMissing',
      'The Secret of a certificate does not exist, or is incomplete.',
      'Create it with tls.crt and tls.key (type kubernetes.io/tls).',
      'Secret "default/route-cert" of the certificate is not there'
    ]
  ]),
  ...rowsOf('Certificate', 'Ready', [
    [
      'Unknown',
      'ReconcileFailed',
      'cert-manager has not reconciled it yet.',
      'Check that cert-manager runs.',
      'Cert-Manager certificate has not yet been reconciled.'
    ],
    [
      'Unknown',
      'NoCertManagerCertCondition',
      'cert-manager has not reported anything about it yet.',
      'Check that cert-manager runs.',
      'The ready condition of Cert Manager Certificate does not exist.'
    ],
    [
      'False',
      'CommonName Too Long',
      'No name of the certificate has at most 63 characters.',
      'Shorten name, namespace or domain.',
      'error creating cert-manager certificate: cannot create valid length CommonName'
    ],
    [
      'False',
      'CertManagerNotInstalled',
      'The certificate class is cert-manager’s, which is not installed in the cluster.',
      'Install cert-manager, or set certificate-class of config-network.',
      'This cluster has no Certificates of cert-manager.io/v1: install cert-manager, or set certificate-class of config-network to issuer.certificate.networking.knative.dev.'
    ],
    [
      'False',
      'AuthorityUnusable',
      'The Secret of the built-in issuer’s authority cannot be used.',
      'Delete the Secret that the message names: it is created again.',
      ''
    ],
    [
      'False',
      'NotOwned',
      'A Secret or cert-manager Certificate of this name belongs to somebody else.',
      'Delete it, so that it is created again.',
      'There is an existing Secret "route-4711" that we do not own.'
    ]
  ])
]
