import { later, live, type ConfigMapKeys } from './config-key.ts'

const stored = 'the webhook judges templates when they are stored'

/** config-autoscaler. */
export const autoscalerKeys: ConfigMapKeys = {
  name: 'autoscaler',
  about: 'How revisions are scaled where their own annotations do not say otherwise.',
  keys: [
    live('container-concurrency-target-percentage', '70', 'the share of a pod’s concurrency to fill; above 1: in percent'),
    live('container-concurrency-target-default', '100', 'requests at a time to aim for in a pod without `containerConcurrency`'),
    live('requests-per-second-target-default', '200', 'requests per second to aim for in a pod, where a revision scales on `rps`'),
    live(
      'target-burst-capacity',
      '211',
      'requests that the pods must have room for, or else the activator stays in the path; `-1`: it always does'
    ),
    live('stable-window', '60s', 'the time over which load is averaged; `6s` to `1h`, whole seconds'),
    live('panic-window-percentage', '10', 'the window of panic, in percent of the stable one'),
    live('panic-threshold-percentage', '200', 'load, in percent of what the pods should have, at which panic begins'),
    live('max-scale-up-rate', '1000', 'maximum factor of growth in one decision'),
    live('max-scale-down-rate', '2', 'maximum factor of shrinking in one decision'),
    live('enable-scale-to-zero', 'true', 'whether a revision without traffic gives up its last pod'),
    live('scale-to-zero-grace-period', '30s', 'how long the last pod is kept at most until the activator has taken over'),
    live('scale-to-zero-pod-retention-period', '0s', 'how long the last pod is kept at least after the decision that none is needed'),
    later(
      'pod-autoscaler-class',
      'kpa.autoscaling.knative.dev',
      'the autoscaler of revisions that name none',
      'new',
      'a PodAutoscaler keeps the class that it was made with'
    ),
    live('activator-capacity', '100', 'requests at a time that one activator is counted on for'),
    later('initial-scale', '1', 'pods that a revision starts with', 'new', 'a revision starts once'),
    later('allow-zero-initial-scale', 'false', 'whether a revision may start without pods', 'new', stored),
    live('min-scale', '0', 'minimum number of pods of a revision'),
    live('max-scale', '0', 'maximum number of pods of a revision; `0`: no limit'),
    later('max-scale-limit', '0', 'the highest `max-scale` that a template may ask for; `0`: any', 'new', stored),
    live('scale-down-delay', '0s', 'how long load must stay low before pods are removed; whole seconds')
  ]
}
