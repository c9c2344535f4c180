export { type BodySink, type BodySource, readAll } from './body.ts'
export { type Deadlines, deadlines, deadlineTickMs } from './server/deadlines.ts'
export { createServer } from './server/create-server.ts'
export { failureFields } from './server/failure-fields.ts'
export { channels } from './diagnostics.ts'
export {
  type AbortCause,
  type Exchange,
  ExchangeAborted,
  type HttpVersion,
  type InboundRequest,
  type ResponseRecord
} from './server/exchange.ts'
export { HeaderList, type HeaderFields } from './header-list.ts'
export { markActivatorHop, removeRevisionHeaders } from './headers/activator-hop.ts'
export { forwardedOf, shimForwarded } from './headers/forwarded-shim.ts'
export { isHopByHop } from './headers/hop-by-hop.ts'
export { knativeHeaders } from './headers/names.ts'
export { cameThroughActivator, restoreHost } from './headers/queue-hop.ts'
export { routeTag } from './headers/route-tag.ts'
export { appendForwardedFor, setForwardedProtoAndHost } from './headers/x-forwarded.ts'
export { bytesPerHeld, heldBytesOf } from './server/held-bytes.ts'
export { type LoggedRevision, requestLog, type RequestLogOptions } from './request-log/request-log.ts'
export { OpenRequests } from './server/open-requests.ts'
export { certificateNameOf, securedAddress, socketOf } from './upstream/address.ts'
export { type Outcome, UpstreamError, type UpstreamErrorCode, type UpstreamPhase } from './upstream/outcome.ts'
export { type Handler, type Next, pipeline, type Stage } from './server/pipeline.ts'
export { isKubeletProbe } from './probes/kubelet-probe.ts'
export { answerIngressProbe, isIngressProbe, networkHashHeader, networkProbe, networkProbeHeader } from './probes/network-probe.ts'
export { isQueueProber, proberAgents } from './probes/prober-agents.ts'
export { createUpstreamPool } from './upstream/upstream-pool.ts'
export { badGateway, refuse } from './server/refuse.ts'
export { type Served, served } from './server/served.ts'
export type {
  DrainOptions,
  FailureListener,
  ListenAddress,
  ListenTarget,
  Server,
  ServerCounts,
  ServerLimits,
  ServerOptions,
  ServerTimes
} from './server/server.ts'
export type { Span, TracedRequest, Tracer, Tracing } from './tracing/span.ts'
export { fieldLine, type Submission, type SubmissionListener, type Submitted } from './upstream/submission.ts'
export { letIn } from './server/let-in.ts'
export { type AcceptTimes, untilQuiet } from './server/until-quiet.ts'
export { traced } from './tracing/traced.ts'
export { type Swept, type SweptSet, sweepWhileUsed } from './sweeper.ts'
export {
  type ConnectTimes,
  type ForwardOptions,
  type HeaderEdits,
  headerEdits,
  type OwnRequest,
  type OwnResponse,
  type PoolCounts,
  type IdleLimits,
  type PoolOptions,
  type Settled,
  type UpstreamPool,
  type UpstreamProtocol
} from './upstream/upstreams.ts'
