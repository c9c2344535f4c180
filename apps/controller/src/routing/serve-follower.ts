import { status, type ServerDuplexStream } from '@grpc/grpc-js'
import type { Admission, Log } from '@knative-ts/kube'
import { refuseCall } from '@knative-ts/wire'
import { converse } from './converse.ts'

/** One who follows a table, from its first report on. */
export interface FollowerSession<Report> {
  /** Each report but the first one. */
  heard(report: Report): void
  close(): void
}

export interface FollowerServing<Report> {
  /** Undefined once the table may be served: an empty one would make a follower forget what it serves. */
  readonly unready: () => string | undefined
  /** Who may follow. */
  readonly admit: Admission
  readonly log: Log
  /** The first report says who follows. */
  readonly open: (hello: Report) => FollowerSession<Report>
}

/** Serves a stream on which somebody follows a table of this replica and tells what it has applied. */
export function serveFollower<Report, Update>(
  call: ServerDuplexStream<Report, Update>,
  { unready, admit, log, open }: FollowerServing<Report>
): void {
  const reason = unready()
  if (reason !== undefined) {
    refuseCall(call, status.UNAVAILABLE, reason)
    return
  }
  let session: FollowerSession<Report> | undefined
  const close = (): void => {
    session?.close()
    session = undefined
  }
  const heard = (report: Report): void => {
    if (session === undefined) session = open(report)
    else session.heard(report)
  }
  converse(call, { admit, log, heard, close })
}
