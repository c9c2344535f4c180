/** Words as registries, container runtimes, kubelets, schedulers and admission write them, and what is to be done about them. */
import { describe, expect, it } from '@jest/globals'
import { adviceFor, advised, remedies, type RemedyArea } from './remedies.ts'

const pulled = 'failed to pull and unpack image "r.example.com/app:v1": failed to resolve reference "r.example.com/app:v1":'
const digest = `sha256:${'0'.repeat(64)}`

describe('what to do about', () => {
  it.each<[area: RemedyArea, cause: string, words: string]>([
    ['pull', 'wrong name or tag', `rpc error: code = NotFound desc = ${pulled} r.example.com/app:v1: not found`],
    ['pull', 'wrong name or tag', 'MANIFEST_UNKNOWN: manifest unknown; unknown tag=v1'],
    ['pull', 'wrong repository', 'NAME_UNKNOWN: repository name not known to registry'],
    ['pull', 'wrong digest', `failed to resolve reference "r.example.com/app@${digest}": r.example.com/app@${digest}: not found`],
    [
      'pull',
      'credentials missing or wrong',
      `${pulled} unexpected status from HEAD request to https://r.example.com/v2/app/manifests/v1: 401 Unauthorized`
    ],
    [
      'pull',
      'credentials missing or wrong',
      `${pulled} pull access denied, repository does not exist or may require authorization: server message: insufficient_scope`
    ],
    ['pull', 'credentials missing or wrong', 'failed to fetch anonymous token: unexpected status: 403 Forbidden'],
    [
      'pull',
      'registry down or unknown',
      `${pulled} failed to do request: Head "https://r.example.com/v2/app/manifests/v1": dial tcp: lookup r.example.com: no such host`
    ],
    [
      'pull',
      'registry down or unknown',
      `${pulled} failed to do request: Head "https://r.example.com/v2/": dial tcp 10.0.0.9:443: connect: connection refused`
    ],
    [
      'pull',
      'registry down or unknown',
      `${pulled} failed to do request: Head "https://r.example.com/v2/": dial tcp 10.0.0.9:443: i/o timeout`
    ],
    ['pull', 'the registry is not trusted', `${pulled} tls: failed to verify certificate: x509: certificate signed by unknown authority`],
    ['pull', 'wrong architecture', 'failed to pull and unpack image "r.example.com/app:v1": no match for platform in manifest: not found'],
    ['pull', 'too many requests', 'toomanyrequests: You have reached your pull rate limit'],
    [
      'pull',
      'not an image name',
      'InvalidImageName Failed to apply default image tag "a b": couldn\'t parse image name "a b": invalid reference format'
    ],
    ['pull', 'never pulled', 'ErrImageNeverPull Container image "x" is not present with pull policy of Never'],
    [
      'start',
      'command not found',
      'failed to create containerd task: OCI runtime create failed: exec: "serve": executable file not found in $PATH: unknown'
    ],
    ['start', 'permission denied', 'exec: "/app/serve": permission denied: unknown'],
    ['start', 'wrong architecture', 'exec /app/serve: exec format error'],
    ['start', 'working directory missing', 'chdir to cwd ("/nowhere") set in config.json failed: no such file or directory'],
    ['start', 'user unknown', 'unable to find user ann: no matching entries in passwd file'],
    ['configuration', 'Secret missing', 'secret "absent" not found'],
    ['configuration', 'ConfigMap missing', 'configmap "absent" not found'],
    ['configuration', 'key missing', "couldn't find key password in Secret default/present"],
    [
      'configuration',
      'must not run as root',
      'container has runAsNonRoot and image will run as root (pod: "x", container: user-container)'
    ],
    ['schedule', 'not enough room', '0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available'],
    ['schedule', 'claim missing', '0/1 nodes are available: persistentvolumeclaim "data" not found. preemption: 0/1 nodes are available'],
    ['schedule', 'claim not bound', '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.'],
    ['schedule', 'no such node', "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector."],
    ['schedule', 'nodes are tainted', '0/1 nodes are available: 1 node(s) had untolerated taint {dedicated: gpu}.'],
    ['create', 'quota', 'pods "hello-1" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2'],
    [
      'create',
      'ServiceAccount missing',
      'pods "hello-1" is forbidden: error looking up service account default/absent: serviceaccount "absent" not found'
    ],
    ['create', 'pod security', 'pods "hello-1" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false'],
    ['create', 'limit range', 'pods "hello-1" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi'],
    ['create', 'refused by a webhook', 'admission webhook "policy.example.com" denied the request: no'],
    ['create', 'field refused', 'Deployment.apps "hello" is invalid: spec.template.spec.containers[0].ports: Invalid value: 0'],
    ['mount', 'ConfigMap missing', 'MountVolume.SetUp failed for volume "c" : configmap "absent" not found']
  ])('words of area %s: %s', (area, cause, words) => {
    const advice = remedies[area].find((remedy) => remedy.cause === cause)?.advice
    expect(adviceFor(area, words)).toBe(advice)
    expect(advice).toMatch(/\.$/)
  })

  it('words that nobody knows is nothing', () => expect(adviceFor('pull', 'gremlins')).toBe(''))

  it.each([
    ['words', 'Do it.', 'words. Do it.'],
    ['words.\n', 'Do it.', 'words. Do it.'],
    ['words', '', 'words'],
    ['', 'Do it.', 'Do it.']
  ])('%j with %j is %j', (words, advice, whole) => expect(advised(words, advice)).toBe(whole))
})
