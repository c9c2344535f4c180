import { connect, loadClusterConfig, systemClock, type Log } from '@knative-ts/kube'
import { readEnvironment } from '@knative-ts/host/environment'
import { environment } from '../controller.config.ts'
import { departures } from './departure.ts'
import { leave } from './leave.ts'

/** {@link leave} as a process of its own: ends with 0 when it is done, and otherwise says why not. */
export async function runLeave(log: Log): Promise<void> {
  const client = connect(await loadClusterConfig())
  const { systemNamespace, group } = readEnvironment(environment)
  try {
    await leave({ client, systemNamespace, departure: departures[group], clock: systemClock, log, signal: new AbortController().signal })
  } catch (error) {
    log.error({ error }, 'this installation cannot be left in good order')
    process.exitCode = 1
  } finally {
    client.close()
  }
}
