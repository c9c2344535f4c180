import { rowsOf } from './condition-reason.ts'

/** Revision: what its Deployment, its pods and its autoscaler say. */
export const revisionReasons = [
  ...rowsOf('Revision', 'ResourcesAvailable', [
    [
      'Unknown',
      'ResolvingDigests',
      'A registry is asked which digest the tag has.',
      'Wait; registries that are slow or away are told of in ContainerHealthy.',
      ''
    ],
    [
      'Unknown',
      'Deploying',
      'Pods are on their way; the message says what holds them up.',
      'Do what the message says, or wait.',
      'Readiness probe failed: dial tcp 127.0.0.1:8080: connect: connection refused. Nothing listens on port 8080; the container listens on 3000: let it listen on 8080 (variable PORT), or set containerPort to 3000.'
    ],
    [
      'False',
      'ProgressDeadlineExceeded',
      'No pod became ready within the progress deadline (annotation serving.knative.dev/progress-deadline).',
      'Do what the message says behind that; for a container that only needs longer raise the deadline.',
      'ReplicaSet "hello-00001-deployment-66bdfd65d7" has timed out progressing. Readiness probe failed: dial tcp 127.0.0.1:8080: connect: connection refused. Nothing listens on port 8080: the container must listen there (the serving one finds the port in variable PORT).'
    ],
    [
      'False',
      'FailedCreate',
      'Pods, or the Deployment, are refused: by a quota, a limit range, pod security, a missing ServiceAccount or a webhook.',
      'See the table of words below.',
      'pods "hello-00001-deployment-5ddb8649b7-klxjp" is forbidden: exceeded quota: pods, requested: pods=1, used: pods=2, limited: pods=2. Lower what the pods ask for (resources, min-scale) or set what the quota wants set, or have the ResourceQuota raised.'
    ],
    [
      'False',
      'Unschedulable',
      'No node takes the pod: there is not enough room, a claim is missing, or nodes do not fit.',
      'See the table of words below.',
      '0/1 nodes are available: 1 Insufficient cpu. Lower resources.requests (or min-scale), or add nodes with room.'
    ],
    [
      'False',
      'SchedulingGated',
      'A scheduling gate holds the pod.',
      'Have whoever set the gate lift it.',
      'Scheduling is blocked due to non-empty scheduling gates'
    ],
    [
      'False',
      'ErrImagePull',
      'The image cannot be pulled.',
      'See the table of words below.',
      'failed to resolve reference "r.example.com/app:v1": r.example.com/app:v1: not found. The registry has no such image: check its name and tag, and that it was pushed there.'
    ],
    [
      'False',
      'ImagePullBackOff',
      'The image cannot be pulled; the node waits before it tries again.',
      'See the table of words below.',
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
      'The image has a name that is none.',
      'Write registry/repository:tag or registry/repository@sha256:digest.',
      'Failed to apply default image tag "a b": couldn’t parse image name "a b": invalid reference format'
    ],
    [
      'False',
      'CreateContainerConfigError',
      'A Secret, a ConfigMap or a key of it is missing, or the image wants to run as root where it must not.',
      'Create it, or mark the reference optional; set securityContext.runAsUser.',
      'secret "absent" not found. Create the Secret in the namespace of the Service, or mark the reference optional.'
    ],
    [
      'False',
      'CreateContainerError',
      'The container cannot be made: an unknown user, a mount that does not fit.',
      'Mend what the message names.',
      'unable to find user ann: no matching entries in passwd file. The image knows no such user: set securityContext.runAsUser to a number.'
    ],
    [
      'False',
      'RunContainerError',
      'The program cannot be started: it is not there, or must not be executed.',
      'Check command and args, and file modes in the image.',
      'exec: "/no/such/program": stat /no/such/program: no such file or directory. The image has no such program: check command and args against what the image holds.'
    ],
    [
      'False',
      'CrashLoopBackOff',
      'The container ends again and again; ContainerHealthy says how.',
      'See ContainerHealthy.',
      'back-off 5m0s restarting failed container=user-container'
    ],
    [
      'False',
      'ContainerCreating',
      'The container was not even made within the progress deadline.',
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
      'The image’s digest cannot be had: wrong name, tag or digest, credentials, or a registry that is down.',
      'See the table of words below; registries that are not to be asked stand in registries-skipping-tag-resolving of config-deployment.',
      'Unable to fetch image "r.example.com/app:v2": failed to resolve image to digest: the registry has no such tag'
    ],
    [
      'False',
      'ExitCode<n>',
      'The container, or an init container, ends with this code; the message carries its last words. 0: it ended by itself; 128: it could not be started; 137 with OOMKilled: it needs more memory than it may have; killed by a probe: the message says which.',
      'Mend what it says; memory: resources.limits.memory; probes: path, port, timeoutSeconds.',
      'Container failed with: cannot reach the database at db:5432. It ended with exit code 7: see all that it wrote with "kubectl logs --previous -n default -l serving.knative.dev/revision=hello-00001 -c user-container".'
    ]
  ]),
  ...rowsOf('Revision', 'Active', [
    ['Unknown', 'Deploying', 'The autoscaler has not looked at it yet.', 'Wait.', ''],
    [
      'Unknown',
      'Queued',
      'Requests wait for pods that are on their way.',
      'Wait, or see the other conditions.',
      'Requests to the target are being buffered as resources are provisioned.'
    ],
    [
      'False',
      'NoTraffic',
      'Nobody calls it: it has no pods. This is no failure.',
      'Call it, or set min-scale.',
      'The target is not receiving traffic.'
    ],
    [
      'False',
      'TimedOut',
      'Its pods did not come in time, and were given up.',
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
