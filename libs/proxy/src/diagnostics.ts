import { channel } from 'node:diagnostics_channel'

/** Facts of the data path, published only while somebody listens (`node:diagnostics_channel`). */
export const channels = {
  /** `{ code, detail, remoteAddress }`: a message that the parser refused. */
  refused: channel('knative:proxy:refused'),
  /** `{ error, method, target, host }`: a handler threw or answered nothing. */
  handlerError: channel('knative:proxy:handler-error'),
  /** `{ address, phase, error }`: an upstream failed. */
  upstreamFailed: channel('knative:proxy:upstream-failed')
} as const
