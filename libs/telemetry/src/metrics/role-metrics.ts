/** What every role measures of itself, in one place. Loaded when somebody first asks for a role's metrics. */
import { measureKubeClient } from './kube-client-metrics.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { measureProcess } from './process-metrics.ts'
import { measureRuntime } from './runtime-metrics.ts'
import { measureWorkQueues } from './work-queue-metrics.ts'

/** The metrics of `role`, with those of its process, of Node, of its Kubernetes client and of its work queues. */
export function createRoleMetrics(role: string, variables: NodeJS.ProcessEnv = process.env): Metrics {
  const { POD_NAME: pod, SYSTEM_NAMESPACE: namespace } = variables
  const metrics = createMetrics(role, {
    ...(namespace === undefined ? {} : { 'k8s.namespace.name': namespace }),
    ...(pod === undefined ? {} : { 'k8s.pod.name': pod, 'service.instance.id': pod })
  })
  measureProcess(metrics)
  measureRuntime(metrics)
  measureKubeClient(metrics)
  measureWorkQueues(metrics)
  return metrics
}
