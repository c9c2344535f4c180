import { z } from 'zod'
import { int32, intOrString } from '../../schema/wire.ts'

const header = z.object({ name: z.string(), value: z.string() })

/** How a container is asked whether it is well: exactly one of exec, grpc, httpGet, tcpSocket. */
export const probeSchema = z
  .object({
    exec: z.object({ command: z.array(z.string()).exactOptional() }).exactOptional(),
    grpc: z.object({ port: int32(), service: z.string().exactOptional().meta({ default: '' }) }).exactOptional(),
    httpGet: z
      .object({
        host: z.string().exactOptional(),
        httpHeaders: z.array(header).exactOptional(),
        path: z.string().exactOptional(),
        port: intOrString().exactOptional(),
        scheme: z.string().exactOptional()
      })
      .exactOptional(),
    tcpSocket: z.object({ host: z.string().exactOptional(), port: intOrString().exactOptional() }).exactOptional(),
    initialDelaySeconds: int32().exactOptional(),
    periodSeconds: int32().exactOptional(),
    timeoutSeconds: int32().exactOptional(),
    successThreshold: int32().exactOptional(),
    failureThreshold: int32().exactOptional()
  })
  .describe('Periodic probe of the container.')

/** One probe of a container. */
export type Probe = z.infer<typeof probeSchema>
