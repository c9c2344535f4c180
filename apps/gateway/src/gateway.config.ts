import { z } from 'zod'

const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback)
const count = (fallback: number) => z.coerce.number().int().min(1).default(fallback)
/** Milliseconds; 0 is no limit. */
const time = (fallback: number) => z.coerce.number().int().min(0).default(fallback)

/**
 * What a client may take that cannot be trusted. The times are those of a server behind a load balancer: it must not close a connection
 * before the balancer does, and the longest that is common is 600 s.
 */
export const protection = {
  /** Knative's ReadHeaderTimeout. */
  headMs: 60_000,
  idleMs: 620_000,
  /** Above `max-revision-timeout-seconds` (600 s): a revision's own timers end a request earlier, and a gateway must not be the stricter one. */
  bodyMs: 620_000,
  /** A listener's. Measured: 9 KiB for an idle one, 55 over TLS. At all limits, two thirds of the 600 MiB that the role may have. */
  connections: 10_000,
  tlsConnections: 4_000,
  /** Streams of one HTTP/2 connection. */
  streams: 250,
  headBytes: 64 * 1024,
  headerCount: 256,
  /** As the activator has without a memory limit. The connections of those who wait are counted as connections too. */
  waitingBytes: 128 * 1024 * 1024,
  /** The activator's bound for one revision, upstream's queue. */
  waitingRequests: 10_000
} as const

/** The environment of the gateway. */
export const gatewayEnvironment = z.object({
  POD_NAME: z.string(),
  POD_IP: z.string(),
  SYSTEM_NAMESPACE: z.string().default('knative-serving'),
  /** Address to listen at; '' is every one. */
  LISTEN_HOST: z.string().default(''),
  PUBLIC_PORT: port(8080),
  INTERNAL_PORT: port(8081),
  HTTPS_PORT: port(8443),
  INTERNAL_HTTPS_PORT: port(8444),
  /** Port that clients reach the HTTPS listener at; redirects lead there. */
  HTTPS_EXTERNAL_PORT: port(443),
  /** `host:port` of the controllers' routing service. */
  ROUTING_ADDRESS: z.string().default('controller.knative-serving.svc.cluster.local:8090'),
  /** Directory of the pod's ServiceAccount, whose token says that this is a gateway. */
  KUBERNETES_SERVICEACCOUNT_DIRECTORY: z.string().default('/var/run/secrets/kubernetes.io/serviceaccount'),
  /** Number of listening sockets that were inherited, from file descriptor 3 on (systemd's protocol). */
  LISTEN_FDS: z.coerce.number().int().min(0).default(0),
  /** Names of their ports, by colons: `https-public` is the HTTPS listener's, any other the public one's. */
  LISTEN_FDNAMES: z.string().default(''),
  /** Milliseconds that a request waits for a backend that is not there: a role that is killed twice is started again after 10 s (kubelet). */
  BACKEND_PATIENCE_MS: z.coerce.number().int().min(0).default(30_000),
  /** Bytes that all requests may cost that wait for a backend, and how many may wait for one; one backend's may cost half of the bytes. */
  WAITING_BYTES: count(protection.waitingBytes),
  WAITING_REQUESTS: count(protection.waitingRequests),
  /**
   * Milliseconds after SIGTERM for which new connections are taken in any case and at most, unless the socket was inherited: those who route here learn of
   * it only then, kube-proxy within a second or two, a load balancer when its probe fails. With the deadline, less than the pod's grace period.
   */
  DRAIN_LEAST_MS: z.coerce.number().int().min(0).default(3_000),
  DRAIN_ACCEPT_MS: z.coerce.number().int().min(0).default(20_000),
  /** Milliseconds that running requests get after SIGTERM. */
  DRAIN_DEADLINE_MS: z.coerce.number().int().min(0).default(300_000),
  MAX_CONNECTIONS: count(protection.connections),
  MAX_TLS_CONNECTIONS: count(protection.tlsConnections),
  MAX_STREAMS: count(protection.streams),
  MAX_HEAD_BYTES: count(protection.headBytes),
  MAX_HEADERS: count(protection.headerCount),
  HEAD_TIMEOUT_MS: time(protection.headMs),
  IDLE_TIMEOUT_MS: time(protection.idleMs),
  BODY_TIMEOUT_MS: time(protection.bodyMs)
})

export type GatewayEnvironment = z.infer<typeof gatewayEnvironment>
