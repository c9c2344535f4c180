import { z } from 'zod'

const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback)
const count = (fallback: number) => z.coerce.number().int().min(1).default(fallback)
const milliseconds = (fallback: number) => z.coerce.number().int().min(0).default(fallback)

const mib = 1024 * 1024

const brokerRoles = ['ingress', 'filter', 'channel', 'job-sink'] as const
export type BrokerRole = (typeof brokerRoles)[number]

const role = z.enum(brokerRoles, { error: `is not one of ${brokerRoles.join(', ')}` })

/** The environment of the broker roles. */
export const brokerEnvironment = z
  .object({
    /** Which roles this process has, by commas. */
    BROKER_ROLES: z
      .string()
      .transform((text) => text.split(',').map((one) => one.trim()))
      .pipe(z.array(role).min(1)),
    POD_NAME: z.string(),
    POD_IP: z.string(),
    SYSTEM_NAMESPACE: z.string().default('knative-eventing'),
    CLUSTER_DOMAIN: z.string().default('cluster.local'),
    /** Address to listen at; '' is every one. */
    LISTEN_HOST: z.string().default(''),
    INGRESS_PORT: port(8080),
    FILTER_PORT: port(8081),
    CHANNEL_PORT: port(8082),
    JOB_SINK_PORT: port(8080),
    /** `host:port` of the controllers' service EventRouting. */
    ROUTING_ADDRESS: z.string().default('eventing-controller.knative-eventing.svc.cluster.local:8090'),
    /** Directory of the pod's ServiceAccount, whose token says whose data plane this is. */
    KUBERNETES_SERVICEACCOUNT_DIRECTORY: z.string().default('/var/run/secrets/kubernetes.io/serviceaccount'),
    /** Where the event log is. Of ingress and channel. */
    LOG_DIR: z.string().optional(),
    /** Bytes of an event that is taken, in a request or in a subscriber's answer. */
    MAX_EVENT_BYTES: count(16 * mib),
    /** Bytes that events taken from channels may have in memory, and deliveries under way with their connections. */
    HELD_BYTES: count(96 * mib),
    FLIGHT_BYTES: count(48 * mib),
    /** Milliseconds for an attempt of a delivery that says nothing of its timeout. */
    DELIVERY_TIMEOUT_MS: count(600_000),
    /** Milliseconds that channels and subscriptions stay that a complete table leaves out. */
    LINGER_MS: milliseconds(60_000),
    /** After SIGTERM: milliseconds for which requests are taken in any case and at most: those who route here learn of it only then. */
    DRAIN_LEAST_MS: milliseconds(1_000),
    DRAIN_ACCEPT_MS: milliseconds(10_000),
    /** After SIGTERM: milliseconds that deliveries under way get. What has none left is delivered again after the next start. */
    DRAIN_DEADLINE_MS: milliseconds(20_000)
  })
  .refine(({ BROKER_ROLES: roles }) => !roles.includes('job-sink') || roles.length === 1, {
    path: ['BROKER_ROLES'],
    error: 'job-sink is a process of its own: name no other role beside it'
  })
  .refine((environment) => environment.LOG_DIR !== undefined || environment.BROKER_ROLES.every((one) => one === 'job-sink'), {
    path: ['LOG_DIR'],
    error: 'is needed where events are kept: name a directory on a volume'
  })

export type BrokerEnvironment = z.infer<typeof brokerEnvironment>
