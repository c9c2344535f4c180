/** Pod statuses as kubelet 1.34 and containerd 2 write them, and what is made of each: the fault by its name, and what to do. */
import { describe, expect, it } from '@jest/globals'
import type { ContainerStatus, PodStatus } from '@knative-ts/api/kubernetes'
import { pod } from '@knative-ts/testing'
import { podProblem } from './pod-problem.ts'

const container = (over: Partial<ContainerStatus>): ContainerStatus => ({
  name: 'user-container',
  image: 'r.example.com/app:v1',
  imageID: '',
  ready: false,
  restartCount: 0,
  started: false,
  state: {},
  lastState: {},
  ...over
})
const waits = (reason: string, message: string): PodStatus => ({
  containerStatuses: [container({ state: { waiting: { reason, message } } })]
})
const loops = (exitCode: number, reason: string, message = ''): PodStatus => ({
  containerStatuses: [
    container({
      restartCount: 2,
      state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 20s restarting failed container=user-container pod=hello' } },
      lastState: { terminated: { exitCode, reason, message } }
    })
  ]
})
const runc =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init:'
const pull = 'failed to pull and unpack image "r.example.com/app:v1": failed to resolve reference "r.example.com/app:v1":'
const backOff = (words: string): PodStatus =>
  waits('ImagePullBackOff', `Back-off pulling image "r.example.com/app:v1": ErrImagePull: ${words}`)

describe('a fault', () => {
  it.each<[fault: string, status: PodStatus, type: string, reason: string, message: RegExp]>([
    [
      'wrong tag',
      backOff(`${pull} r.example.com/app:v1: not found`),
      'ResourcesAvailable',
      'ImagePullBackOff',
      /app:v1: not found\. The registry has no such image: check its name and tag/
    ],
    [
      'wrong name',
      backOff(`${pull} unexpected status from HEAD request: NAME_UNKNOWN: repository name not known to registry`),
      'ResourcesAvailable',
      'ImagePullBackOff',
      /The registry has no such repository: check the name of the image/
    ],
    [
      'wrong digest',
      waits(
        'ImagePullBackOff',
        `Back-off pulling image "r.example.com/app@sha256:${'0'.repeat(64)}": ErrImagePull: r.example.com/app@sha256:${'0'.repeat(64)}: not found`
      ),
      'ResourcesAvailable',
      'ImagePullBackOff',
      /The repository has no image of this digest/
    ],
    [
      'registry down',
      backOff(
        `${pull} failed to do request: Head "https://r.example.com/v2/app/manifests/v1": dial tcp 10.0.0.9:443: connect: connection refused`
      ),
      'ResourcesAvailable',
      'ImagePullBackOff',
      /The registry does not answer: check its address/
    ],
    [
      'pull secret missing or wrong',
      backOff(
        `${pull} pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials`
      ),
      'ResourcesAvailable',
      'ImagePullBackOff',
      /name a Secret of type kubernetes\.io\/dockerconfigjson .* imagePullSecrets/
    ],
    [
      'wrong architecture, by the registry',
      backOff('failed to pull and unpack image "r.example.com/app:v1": no match for platform in manifest: not found'),
      'ResourcesAvailable',
      'ImagePullBackOff',
      /no variant for the processor of the node/
    ],
    [
      'wrong architecture, by the kernel',
      loops(255, 'Error', 'exec /app/serve: exec format error\n'),
      'ContainerHealthy',
      'ExitCode255',
      /exec format error\. The program is for another processor than the node has/
    ],
    [
      'an image name that is none',
      waits('InvalidImageName', 'Failed to apply default image tag "a b": couldn\'t parse image name "a b": invalid reference format'),
      'ResourcesAvailable',
      'InvalidImageName',
      /This is no image name/
    ],
    [
      'a crash with stderr',
      loops(1, 'Error', 'panic: no database\n'),
      'ContainerHealthy',
      'ExitCode1',
      /^Container failed with: panic: no database\. It ended with exit code 1: .*kubectl logs --previous/
    ],
    [
      'exit 0',
      loops(0, 'Completed'),
      'ContainerHealthy',
      'ExitCode0',
      /^container exited with no error\. .* must go on running, and listen on port 9000/
    ],
    [
      'out of memory, without words',
      loops(137, 'OOMKilled'),
      'ContainerHealthy',
      'ExitCode137',
      /OOMKilled\. It was killed since it used more memory than its limit of 64Mi \(OOMKilled\): raise resources\.limits\.memory/
    ],
    [
      'out of memory, with words',
      loops(137, 'OOMKilled', 'allocating\n'),
      'ContainerHealthy',
      'ExitCode137',
      /allocating\. It was killed since it used more memory than its limit of 64Mi/
    ],
    [
      'command not found',
      loops(128, 'StartError', `${runc} exec: "serve": executable file not found in $PATH: unknown`),
      'ContainerHealthy',
      'ExitCode128',
      /The image has no such program: check command and args/
    ],
    [
      'permission denied',
      loops(128, 'StartError', `${runc} exec: "/app/serve": permission denied: unknown`),
      'ContainerHealthy',
      'ExitCode128',
      /may not execute it: make it executable/
    ],
    [
      'command not found, by a shell',
      loops(127, 'Error', 'sh: 1: serve: not found\n'),
      'ContainerHealthy',
      'ExitCode127',
      /Exit code 127: the command was not found/
    ],
    [
      'a file that the program itself misses',
      loops(1, 'Error', 'open /etc/app.yaml: no such file or directory'),
      'ContainerHealthy',
      'ExitCode1',
      /no such file or directory\. It ended with exit code 1: /
    ],
    [
      'Secret missing',
      waits('CreateContainerConfigError', 'secret "absent" not found'),
      'ResourcesAvailable',
      'CreateContainerConfigError',
      /Create the Secret in the namespace/
    ],
    [
      'ConfigMap missing',
      waits('CreateContainerConfigError', 'configmap "absent" not found'),
      'ResourcesAvailable',
      'CreateContainerConfigError',
      /Create the ConfigMap in the namespace/
    ],
    [
      'key missing',
      waits('CreateContainerConfigError', "couldn't find key password in Secret default/present"),
      'ResourcesAvailable',
      'CreateContainerConfigError',
      /Add the key, or name one that is there/
    ],
    [
      'root where it must not be',
      waits(
        'CreateContainerConfigError',
        'container has runAsNonRoot and image will run as root (pod: "hello_default(1)", container: user-container)'
      ),
      'ResourcesAvailable',
      'CreateContainerConfigError',
      /Set securityContext\.runAsUser/
    ],
    [
      'a start that fails before the back-off',
      waits('RunContainerError', `${runc} exec: "serve": executable file not found in $PATH: unknown`),
      'ResourcesAvailable',
      'RunContainerError',
      /The image has no such program/
    ],
    [
      'claim missing',
      {
        conditions: [
          {
            type: 'PodScheduled',
            status: 'False',
            reason: 'Unschedulable',
            message:
              '0/3 nodes are available: persistentvolumeclaim "data" not found. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.'
          }
        ]
      },
      'ResourcesAvailable',
      'Unschedulable',
      /Create the PersistentVolumeClaim in the namespace/
    ],
    [
      'no room',
      {
        conditions: [
          { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available: 3 Insufficient memory.' }
        ]
      },
      'ResourcesAvailable',
      'Unschedulable',
      /Lower resources\.requests \(or min-scale\), or add nodes with room/
    ]
  ])('%s', (_, status, type, reason, message) => {
    const spec = {
      containers: [{ name: 'user-container', image: 'i', ports: [{ containerPort: 9000 }], resources: { limits: { memory: '64Mi' } } }]
    }
    const problem = podProblem(pod({ spec: spec as never, status: status as never }), { overdue: false, alwaysSchedulable: false })
    expect(problem).toMatchObject({ type, reason, failed: true, message: expect.stringMatching(message) })
  })
})
