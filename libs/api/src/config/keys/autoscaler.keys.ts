import { later, live, type ConfigMapKeys } from './config-key.ts'

const stored = 'the webhook judges templates when they are stored'

/** config-autoscaler. */
export const autoscalerKeys: ConfigMapKeys = {
  name: 'autoscaler',
  about: 'How revisions are scaled where their own annotations do not say otherwise.',
  keys: [
    live('container-concurrency-target-percentage', '70', 'the share of a pod’s concurrency that is filled; above 1 in percent'),
    live('container-concurrency-target-default', '100', 'requests at once that a pod without `containerConcurrency` is meant to have'),
    live('requests-per-second-target-default', '200', 'requests a second that a pod is meant to have, where a revision scales on `rps`'),
    live(
      'target-burst-capacity',
      '211',
      'requests that pods must have room for, else the activator stays in the path; `-1`: it always does'
    ),
    live('stable-window', '60s', 'the time over which load is averaged; `6s` to `1h`, whole seconds'),
    live('panic-window-percentage', '10', 'the window of panic, in percent of the stable one'),
    live('panic-threshold-percentage', '200', 'load in percent of what the pods are meant to have at which panic begins'),
    live('max-scale-up-rate', '1000', 'the factor by which pods grow at most in one decision'),
    live('max-scale-down-rate', '2', 'the factor by which pods shrink at most in one decision'),
    live('enable-scale-to-zero', 'true', 'whether a revision without traffic gives up its last pod'),
    live('scale-to-zero-grace-period', '30s', 'how long the last pod stays at most until the activator has taken over'),
    live('scale-to-zero-pod-retention-period', '0s', 'how long the last pod stays at least after the decision that none is needed'),
    later(
      'pod-autoscaler-class',
      'kpa.autoscaling.knative.dev',
      'the autoscaler of revisions that name none',
      'new',
      'a PodAutoscaler keeps the class that it was made with'
    ),
    live('activator-capacity', '100', 'requests at once that one activator is counted on for'),
    later('initial-scale', '1', 'pods that a revision starts with', 'new', 'a revision starts once'),
    later('allow-zero-initial-scale', 'false', 'whether a revision may start without pods', 'new', stored),
    live('min-scale', '0', 'pods that a revision keeps at least'),
    live('max-scale', '0', 'pods that a revision has at most; `0`: any number'),
    later('max-scale-limit', '0', 'the highest `max-scale` that a template may ask for; `0`: any', 'new', stored),
    live('scale-down-delay', '0s', 'how long load must stay low before pods go; whole seconds')
  ]
}
