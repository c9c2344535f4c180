import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { registryAccess } from '@knative-ts/registry'
import { z } from 'zod'

const port = z.coerce.number().int().min(0).max(65535)

const text = z.string().optional()

/** The environment of a controller. */
export const environment = z
  .object({
    POD_NAME: z.string().default(hostname()),
    // No pod's: whether this process has ended cannot be asked.
    POD_UID: z.string().default(`process-${randomUUID()}`),
    SYSTEM_NAMESPACE: z.string().default('knative-serving'),
    CONFIG_LEADERELECTION_NAME: z.string().default('config-leader-election'),
    KUBERNETES_SERVICEACCOUNT_DIRECTORY: z.string().default('/var/run/secrets/kubernetes.io/serviceaccount'),
    CLUSTER_DOMAIN: z.string().default('cluster.local'),
    ROUTING_HOST: z.string().default('0.0.0.0'),
    ROUTING_PORT: port.default(8090),
    CONTROLLER_GROUP: z.enum(['serving', 'eventing']).default('serving'),
    // Upstream's name: what runs for an ApiServerSource.
    APISERVER_RA_IMAGE: z.string().default('dev.local/knative-ts/source'),
    // How registries are reached: proxies in both spellings, and authorities.
    HTTP_PROXY: text,
    HTTPS_PROXY: text,
    NO_PROXY: text,
    http_proxy: text,
    https_proxy: text,
    no_proxy: text,
    REGISTRY_PROXY: text,
    SSL_CERT_FILE: text,
    SSL_CERT_DIR: text,
    NODE_EXTRA_CA_CERTS: text
  })
  .transform((env) => ({
    podName: env.POD_NAME,
    /** With the pod's uid, so that a container that starts again goes on where it was; a random one elsewhere. */
    identity: `${env.POD_NAME}_${env.POD_UID}`,
    systemNamespace: env.SYSTEM_NAMESPACE,
    /** ConfigMap with the rules of elections; another one for one role under upstream's variable. */
    electionConfig: env.CONFIG_LEADERELECTION_NAME,
    clusterDomain: env.CLUSTER_DOMAIN,
    /** Holds the token that proves to other replicas who this is. */
    serviceAccountDirectory: env.KUBERNETES_SERVICEACCOUNT_DIRECTORY,
    routing: { host: env.ROUTING_HOST, port: env.ROUTING_PORT },
    /** Which reconcilers it runs. */
    group: env.CONTROLLER_GROUP,
    /** Image of the adapters of sources that have a Deployment of their own. */
    sourceImage: env.APISERVER_RA_IMAGE,
    // The cluster's own authority is trusted too, as by upstream: it signs registries inside of clusters.
    registries: registryAccess(env, [join(env.KUBERNETES_SERVICEACCOUNT_DIRECTORY, 'ca.crt')])
  }))

export type ControllerConfig = z.infer<typeof environment>
