import type { Observability, Part } from '@knative-ts/host'
import { connect, loadClusterConfig } from '@knative-ts/kube'
import { createServer, OpenRequests, type Server, untilQuiet } from '@knative-ts/proxy'
import type { Log } from '@knative-ts/telemetry/logger'
import { settingsOf } from '@knative-ts/telemetry/told-settings'
import { ownToken } from '@knative-ts/wire'
import type { BrokerEnvironment } from '../broker.config.ts'
import { doorLimits } from '../door-limits.ts'
import { EventStream } from '../table/event-stream.ts'
import { EventTable } from '../table/event-table.ts'
import { tableUpdateOf } from '../table/table-update.ts'
import { jobSinkHandler } from './job-sink.handler.ts'

/** The parts of role job-sink: it keeps nothing, the API server does. */
export async function jobSinkParts(environment: BrokerEnvironment, log: Log, observability: Observability): Promise<Part[]> {
  const client = connect(await loadClusterConfig())
  const table = new EventTable({ lingerMs: environment.LINGER_MS })
  const listening = Promise.withResolvers<void>()
  const stream = new EventStream({
    address: environment.ROUTING_ADDRESS,
    pod: environment.POD_NAME,
    ownAddress: environment.POD_IP,
    roles: ['job-sink'],
    token: () => ownToken(environment.KUBERNETES_SERVICEACCOUNT_DIRECTORY),
    apply: async (update) => {
      if (update.settings?.telemetry !== undefined) observability.apply(settingsOf(update.settings.telemetry))
      table.apply(tableUpdateOf(update))
      await listening.promise
    },
    deliveries: () => [],
    log
  })
  const handler = jobSinkHandler({ client, sinkOf: (key) => table.jobSinks.get(key), mostBytes: environment.MAX_EVENT_BYTES })
  const requests = new OpenRequests(handler)
  let server: Server | undefined
  let following: Promise<void> | undefined
  return [
    {
      name: 'table',
      start: async () => {
        following = stream.run()
        await table.completed()
      },
      unready: () => (table.isComplete ? undefined : 'which JobSinks there are has not been received yet'),
      stop: async () => {
        stream.stop()
        await following
        client.close()
      }
    },
    {
      name: 'door',
      start: async () => {
        server = createServer({ handler: requests.handler, limits: doorLimits })
        const { JOB_SINK_PORT: port, LISTEN_HOST: host } = environment
        const bound = await server.listen(host === '' ? { port } : { port, host })
        log.info({ role: 'job-sink', port: bound.port }, 'listening')
        listening.resolve()
      },
      drain: async () => {
        server?.leave()
        await untilQuiet([requests], { leastMs: environment.DRAIN_LEAST_MS, mostMs: environment.DRAIN_ACCEPT_MS })
        await server?.drain({ deadlineMs: environment.DRAIN_DEADLINE_MS })
      }
    }
  ]
}
