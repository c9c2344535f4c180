import { z } from 'zod'

const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback)

/** The environment of the gateway. */
export const gatewayEnvironment = z.object({
  POD_NAME: z.string(),
  POD_IP: z.string(),
  PUBLIC_PORT: port(8080),
  INTERNAL_PORT: port(8081),
  /** `host:port` of the controllers' routing service. */
  ROUTING_ADDRESS: z.string().default('controller.knative-serving.svc.cluster.local:8090'),
  /** Number of listening sockets that were inherited, from file descriptor 3 on (systemd's protocol); the first is the public one. */
  LISTEN_FDS: z.coerce.number().int().min(0).default(0),
  /** Milliseconds that a request waits for a backend that is not there. */
  BACKEND_PATIENCE_MS: z.coerce.number().int().min(0).default(10_000),
  /** Milliseconds after SIGTERM for which new connections are taken at most, unless the socket was inherited. */
  DRAIN_ACCEPT_MS: z.coerce.number().int().min(0).default(5_000),
  /** Milliseconds that running requests get after SIGTERM. */
  DRAIN_DEADLINE_MS: z.coerce.number().int().min(0).default(300_000)
})

export type GatewayEnvironment = z.infer<typeof gatewayEnvironment>
