/** What differs from the recordings on purpose, or because the recording's machine was another. Each pattern with its reason. */
interface Accepted {
  readonly reason: string
  readonly pattern: RegExp
  /** Absent: in every case. */
  readonly cases?: RegExp
}

/** All of them. */
export const acceptedDifferences: readonly Accepted[] = [
  {
    reason: 'ours adds to the same sentence why it is so, and what to do about it',
    pattern: /\.message: "(.*?[^\\])\.? (It|Create|Revision|Readiness) .*" instead of "\1(\\n)?\.{0,2}"$/,
    cases: /^fail-/
  },
  {
    reason: "upstream's own function of its own Go structs; nobody reads it but the controller that wrote it",
    pattern: /^deployments .*deployment-hash/
  },
  { reason: 'the recording ran with a progress deadline of 120 s in config-deployment', pattern: /^deployments .*progressDeadlineSeconds/ },
  {
    reason: 'objects are written in fewer steps, so generations count less',
    pattern: /^(serverlessservices|deployments|podautoscalers|metrics|ingresses) [^:]*\.(generation|observedGeneration):/
  },
  {
    reason: 'ours adds what the kubelet said of the failing probe',
    pattern: /has timed out progressing\. Readiness probe failed: .* instead of .*has timed out progressing\./,
    cases: /^fail-/
  },
  {
    reason: "the words are the node's own, which pulls no images from registries",
    pattern: /: "[^:]*(: )?(Back-off pulling|failed to pull) image .* instead of ".*failed to pull and unpack image /,
    cases: /^fail-image-missing$/
  },
  {
    reason: 'a pull is ErrImagePull while it is tried and ImagePullBackOff between tries: the recording stopped in the other half',
    pattern: /^revisions .*reason: "ImagePullBackOff" instead of "ErrImagePull"/,
    cases: /^fail-image-missing$/
  },
  {
    reason: 'upstream tries for ever and tells nobody but its events; ours fails at once with the words of the API server',
    pattern: /^((services|configurations|routes) hello|revisions hello-00001)\.status\./,
    cases: /^startup-probe-tcp-without-port$/
  },
  {
    reason: 'upstream stops at the Deployment that it cannot make; ours makes the other children beside it',
    pattern: /^(podautoscalers|metrics|serverlessservices|images|services) hello-00001/,
    cases: /^startup-probe-tcp-without-port$/
  }
]

/** Why a difference is right; undefined when it is not. */
export const reasonOf = (name: string, difference: string): string | undefined =>
  acceptedDifferences.find(({ pattern, cases }) => pattern.test(difference) && (cases === undefined || cases.test(name)))?.reason
