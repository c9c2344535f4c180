import { z } from 'zod'

/** The environment of the autoscaler. */
export const autoscalerEnvironment = z.object({
  POD_NAME: z.string(),
  /** Where other replicas find this one. */
  POD_IP: z.string(),
  SYSTEM_NAMESPACE: z.string().default('knative-serving'),
  /** ConfigMap with the rules of elections; another one for one role under upstream's variable. */
  CONFIG_LEADERELECTION_NAME: z.string().default('config-leader-election'),
  KUBERNETES_SERVICEACCOUNT_DIRECTORY: z.string().default('/var/run/secrets/kubernetes.io/serviceaccount'),
  /** Domain of the cluster's own names, under which pods of a mesh are asked. */
  CLUSTER_DOMAIN: z.string().default('cluster.local'),
  /** Port on which activators report. */
  STATS_PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  STATS_HOST: z.string().default('0.0.0.0')
})

export type AutoscalerEnvironment = z.infer<typeof autoscalerEnvironment>
