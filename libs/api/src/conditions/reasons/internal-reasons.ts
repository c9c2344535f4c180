import { rowsOf } from './condition-reason.ts'

const above = 'See the Revision that owns it.'

/** Kinds that users do not write: PodAutoscaler, Metric, ServerlessService, Ingress, Certificate. */
export const internalReasons = [
  ...rowsOf('PodAutoscaler', 'Active', [
    [
      'Unknown',
      'Queued',
      'Requests wait for pods that are on their way.',
      above,
      'Requests to the target are being buffered as resources are provisioned.'
    ],
    [
      'False',
      'NoTraffic',
      'Nobody calls the revision: it has no pods. This is no failure.',
      'Call it, or set min-scale.',
      'The target is not receiving traffic.'
    ],
    ['False', 'TimedOut', 'Pods did not come in time, and were given up.', above, 'The target could not be activated.'],
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
    ['Unknown', 'NotReady', 'The ServerlessService has no pods to lead to yet.', above, 'K8s Service is not ready'],
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
      'See that the autoscaler reaches port 9090 of pods: network policies.',
      'did not receive stat from an unscraped pod'
    ],
    [
      'False',
      'CollectionFailed',
      'Asking pods for their figures failed.',
      'See that the autoscaler reaches port 9090 of pods: network policies.',
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
      'Gateways have not taken the routes over yet.',
      'See that pods of the gateway run in knative-serving.',
      'Waiting for load balancer to be ready'
    ],
    [
      'Unknown',
      'CertificateMissing',
      'The Secret of a certificate is not there, or is not whole.',
      'Create it with tls.crt and tls.key (type kubernetes.io/tls).',
      'Secret "default/route-cert" of the certificate is not there'
    ]
  ]),
  ...rowsOf('Certificate', 'Ready', [
    [
      'Unknown',
      'ReconcileFailed',
      'cert-manager has not looked at it yet.',
      'See that cert-manager runs.',
      'Cert-Manager certificate has not yet been reconciled.'
    ],
    [
      'Unknown',
      'NoCertManagerCertCondition',
      'cert-manager has not said anything of it yet.',
      'See that cert-manager runs.',
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
      'The certificate class is cert-manager’s, which the cluster does not have.',
      'Install cert-manager, or set certificate-class of config-network.',
      'This cluster has no Certificates of cert-manager.io/v1: install cert-manager, or set certificate-class of config-network to issuer.certificate.networking.knative.dev.'
    ],
    [
      'False',
      'AuthorityUnusable',
      'The Secret of the built-in issuer’s authority cannot be used.',
      'Delete the Secret that the message names: it is made anew.',
      ''
    ],
    [
      'False',
      'NotOwned',
      'A Secret or cert-manager Certificate of this name belongs to somebody else.',
      'Delete it, so that it is made anew.',
      'There is an existing Secret "route-4711" that we do not own.'
    ]
  ])
]
