/** Annotations of a Service that always has one pod, with the activator in the path of every request. */
export const onePodBehindActivator = {
  'autoscaling.knative.dev/min-scale': '1',
  'autoscaling.knative.dev/max-scale': '1',
  'autoscaling.knative.dev/target-burst-capacity': '-1'
}
