import type { ObjectKey } from '@knative-ts/api'
import { systemClock, type Admission, type Clock, type Log } from '@knative-ts/kube'
import type { LoadReport } from '@knative-ts/scaling'
import { admitCall, stats, type GrpcService } from '@knative-ts/wire'
import { arrivedAt } from './stat-forwarder.ts'

/** Takes a report of one revision, which came in at `at` (ms since the epoch). */
export type Intake = (key: ObjectKey, report: LoadReport, at?: number) => void

export interface StatIntakeOptions {
  readonly take: Intake
  /** Gets every batch after it was taken: what belongs to others is to be passed on. */
  readonly pass: (batch: stats.WireStatMessages) => void
  /** Activators, and other autoscalers that pass on. */
  readonly admit: Admission
  readonly log: Log
  readonly clock?: Clock
}

/** The service that activators report to: one stream each, a receipt a batch. Who else reports would decide how many pods there are. */
export function statIntakeOf({ take, pass, admit, log, clock = systemClock }: StatIntakeOptions): GrpcService {
  const implementation: stats.StatIntakeServer = {
    report: (call) => {
      let batches = 0
      void admitCall(call, admit, log).then((may) => {
        if (!may) return
        // What came meanwhile waits in the stream.
        call.on('data', (batch: stats.WireStatMessages) => {
          for (const message of batch.messages) {
            const { namespace, name, stat } = message
            if (stat !== undefined) take({ namespace, name }, stat, arrivedAt(message, clock.now()))
          }
          pass(batch)
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

/** Lets in whom any of `admissions` does; the reason of the last when none does. */
export function anyOf(first: Admission, ...others: readonly Admission[]): Admission {
  return async (token) => {
    let reason = await first(token)
    for (const admit of others) {
      if (reason === undefined) return undefined
      reason = await admit(token)
    }
    return reason
  }
}
