import { later, live, type ConfigKey, type ConfigMapKeys } from './config-key.ts'

const filledIn = 'the webhook fills it in when a template is stored'
const judged = 'the webhook judges templates when they are stored'
const resources = (['request', 'limit'] as const).flatMap((side) =>
  (['cpu', 'memory', 'ephemeral-storage'] as const).map((what): ConfigKey =>
    later(`revision-${what}-${side}`, '', `the ${side} of ${what} of containers that give none`, 'new', filledIn)
  )
)

/** config-defaults. */
export const defaultsKeys: ConfigMapKeys = {
  name: 'defaults',
  about: 'What templates get that do not say otherwise, and the limits of what they may ask for.',
  keys: [
    later('revision-timeout-seconds', '300', 'seconds within which a request must be answered in full', 'new', filledIn),
    later('max-revision-timeout-seconds', '600', 'the highest `timeoutSeconds` of a template', 'new', judged),
    later(
      'revision-response-start-timeout-seconds',
      '300',
      'seconds until an answer must begin; as `revision-timeout-seconds` where it is not given',
      'new',
      filledIn
    ),
    later('revision-idle-timeout-seconds', '0', 'seconds that an answer may pause; `0`: no limit', 'new', filledIn),
    ...resources,
    later('container-name-template', 'user-container', 'names of containers without one; a Go template over the metadata', 'new', filledIn),
    later('init-container-name-template', 'init-container', 'the same for init containers', 'new', filledIn),
    later('container-concurrency', '0', 'maximum requests at a time per container; `0`: no limit', 'new', filledIn),
    later('container-concurrency-max-limit', '1000', 'the highest `containerConcurrency` of a template', 'new', judged),
    later('allow-container-concurrency-zero', 'true', 'whether a template may set no limit', 'new', judged),
    live('enable-service-links', 'false', '`true`, `false`, or anything else to leave it to Kubernetes; for revisions that do not set it')
  ]
}
