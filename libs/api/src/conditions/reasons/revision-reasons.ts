import { rowsOf } from './condition-reason.ts'

/** Revision: what its Deployment, its pods and its autoscaler say. */
export const revisionReasons = [
  ...rowsOf('Revision', 'ResourcesAvailable', [
    [
      'Unknown',
      'ResolvingDigests',
      'The tag is being resolved to a digest.',
      'Wait; ContainerHealthy reports registries that are slow or unreachable.',
      ''
    ],
    [
      'Unknown',
      'Deploying',
      'Pods are starting; the message says what holds them up.',
      'Do what the message says, or wait.',
      'Readiness probe failed: dial tcp 127.0.0.1:8080: connect: connection refused. Nothing listens on port 8080; the container listens on 3000: let it listen on 8080 (variable PORT), or set containerPort to 3000.'
    ],
    [
      'False',
      'ProgressDeadlineExceeded',
      'No pod became ready within the progress deadline (annotation serving.knative.dev/progress-deadline).',
      'Do what the rest of the message says; if the container only needs more time, raise the deadline.',
      'ReplicaSet "hello-00001-deployment-66bdfd65d7" has timed out progressing. Readiness probe failed: dial tcp 127.0.0.1:8080: connect: connection refused. Nothing listens on port 8080: the container must listen there (the serving one finds the port in variable PORT).'
    ],
    [
      'False',
      'FailedCreate',
      'Pods, or the Deployment, are refused: by a quota, a limit range, pod security, a missing ServiceAccount or a webhook.',
      'See the causes below.',
      'pods "hello-00001-deployment-5ddb8649b7-klxjp" is forbidden: exceeded quota: pods, requested: pods=1, used: pods=2, limited: pods=2. Lower what the pods ask for (resources, min-scale) or set what the quota wants set, or have the ResourceQuota raised.'
    ],
    [
      'False',
      'Unschedulable',
      'No node can take the pod: there is not enough room, a claim is missing, or no node matches.',
      'See the causes below.',
      '0/1 nodes are available: 1 Insufficient cpu. Lower resources.requests (or min-scale), or add nodes with room.'
    ],
    [
      'False',
      'SchedulingGated',
      'A scheduling gate holds the pod.',
      'Have whoever set the gate remove it.',
      'Scheduling is blocked due to non-empty scheduling gates'
    ],
    [
      'False',
      'ErrImagePull',
      'The image cannot be pulled.',
      'See the causes below.',
      'failed to resolve reference "r.example.com/app:v1": r.example.com/app:v1: not found. The registry has no such image: check its name and tag, and that it was pushed there.'
    ],
    [
      'False',
      'ImagePullBackOff',
      'The image cannot be pulled; the node waits before it tries again.',
      'See the causes below.',
      'Back-off pulling image "r.example.com/app:v1": ErrImagePull: pull access denied. The registry refuses these credentials, or wants some: name a Secret of type kubernetes.io/dockerconfigjson with an entry for this registry in imagePullSecrets of the Service or of its ServiceAccount, and check user and password in it.'
    ],
    [
      'False',
      'ErrImageNeverPull',
      'The image is not on the node, and imagePullPolicy is Never.',
      'Load it onto the nodes, or set IfNotPresent.',
      'Container image "app:v1" is not present with pull policy of Never. Load the image onto the nodes, or let it be pulled: imagePullPolicy IfNotPresent.'
    ],
    [
      'False',
      'InvalidImageName',
      'The name of the image is not valid.',
      'Write registry/repository:tag or registry/repository@sha256:digest.',
      'Failed to apply default image tag "a b": couldn’t parse image name "a b": invalid reference format'
    ],
    [
      'False',
      'CreateContainerConfigError',
      'A Secret, a ConfigMap or a key of one is missing, or the image wants to run as root and may not.',
      'Create it, or mark the reference optional; set securityContext.runAsUser.',
      'secret "absent" not found. Create the Secret in the namespace of the Service, or mark the reference optional.'
    ],
    [
      'False',
      'CreateContainerError',
      'The container cannot be created: an unknown user, a mount that does not fit.',
      'Fix what the message names.',
      'unable to find user ann: no matching entries in passwd file. The image knows no such user: set securityContext.runAsUser to a number.'
    ],
    [
      'False',
      'RunContainerError',
      'The program cannot be started: it does not exist, or may not be executed.',
      'Check command and args, and file modes in the image.',
      'exec: "/no/such/program": stat /no/such/program: no such file or directory. The image has no such program: check command and args against what the image holds.'
    ],
    [
      'False',
      'CrashLoopBackOff',
      'The container keeps crashing; ContainerHealthy says how.',
      'See ContainerHealthy.',
      'back-off 5m0s restarting failed container=user-container'
    ],
    [
      'False',
      'ContainerCreating',
      'The container was not created within the progress deadline.',
      'See the events of the pod: kubectl describe pod.',
      ''
    ],
    [
      'False',
      'NotOwned',
      'A Deployment, PodAutoscaler, Service or other child of this name belongs to somebody else.',
      'Delete it, or give the Service another name.',
      'There is an existing Deployment "hello-00001-deployment" that we do not own. Delete it, or give the Service another name.'
    ]
  ]),
  ...rowsOf('Revision', 'ContainerHealthy', [
    ['Unknown', 'Deploying', 'No pod has run yet.', 'Wait, or see ResourcesAvailable.', ''],
    [
      'False',
      'ContainerMissing',
      'The image’s digest cannot be resolved: wrong name, tag or digest, missing credentials, or a registry that is down.',
      'See the causes below; registries-skipping-tag-resolving of config-deployment lists registries that are not asked.',
      'Unable to fetch image "r.example.com/app:v2": failed to resolve image to digest: the registry has no such tag'
    ],
    [
      'False',
      'ExitCode<n>',
      'The container, or an init container, exited with this code; the message quotes its last output. 0: it exited by itself; 128: it could not be started; 137 with OOMKilled: it needs more memory than its limit; if a probe killed it, the message says which.',
      'Fix what it says; for memory, raise resources.limits.memory; for probes, check path, port and timeoutSeconds.',
      'Container failed with: cannot reach the database at db:5432. It ended with exit code 7: see all that it wrote with "kubectl logs --previous -n default -l serving.knative.dev/revision=hello-00001 -c user-container".'
    ]
  ]),
  ...rowsOf('Revision', 'Active', [
    ['Unknown', 'Deploying', 'The autoscaler has not reconciled it yet.', 'Wait.', ''],
    [
      'Unknown',
      'Queued',
      'Requests are waiting for pods that are starting.',
      'Wait, or see the other conditions.',
      'Requests to the target are being buffered as resources are provisioned.'
    ],
    [
      'False',
      'NoTraffic',
      'Nobody calls it, so it has no pods. This is not a failure.',
      'Call it, or set min-scale.',
      'The target is not receiving traffic.'
    ],
    [
      'False',
      'TimedOut',
      'Its pods did not start in time, and were given up.',
      'See the other conditions.',
      'The target could not be activated.'
    ],
    [
      'False',
      'NotOwned',
      'An object of the autoscaler’s name for it belongs to somebody else.',
      'Delete it, or give the Service another name.',
      'There is an existing ServerlessService "hello-00001" that we do not own. Delete it, or give the Service another name.'
    ],
    [
      'False',
      'FailedCreate',
      'Its HorizontalPodAutoscaler cannot be created.',
      'See the events of the PodAutoscaler.',
      'Failed to create HorizontalPodAutoscaler "hello-00001".'
    ]
  ])
]
