import type { ObjectKey } from '@knative-ts/api'
import type { Admission, Log } from '@knative-ts/kube'
import type { LoadReport } from '@knative-ts/scaling'
import { admitCall, stats, type GrpcService } from '@knative-ts/wire'

/** Takes a report of one revision. */
export type Intake = (key: ObjectKey, report: LoadReport) => void

/** The service that activators report to: one stream each, a receipt a batch. Who else reports would decide how many pods there are. */
export function statIntakeOf(take: Intake, admit: Admission, log: Log): GrpcService {
  const implementation: stats.StatIntakeServer = {
    report: (call) => {
      let batches = 0
      void admitCall(call, admit, log).then((may) => {
        if (!may) return
        // What came meanwhile waits in the stream.
        call.on('data', ({ messages }: stats.WireStatMessages) => {
          for (const { namespace, name, stat } of messages) if (stat !== undefined) take({ namespace, name }, stat)
          call.write({ batches: ++batches })
        })
      })
      call.on('end', () => call.end())
      // The activator went away; its stream is over and there is nothing to undo.
      call.on('error', () => undefined)
    }
  }
  return { definition: stats.StatIntakeService, implementation }
}
