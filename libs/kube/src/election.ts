import { isAlreadyExists, isConflict, isNotFound } from './api-error.ts'
import { jittered } from './backoff.ts'
import type { KubeClient } from './client.ts'
import { pause, systemClock, type Clock } from './clock.ts'
import { attempt, released, type Candidate, type Observation } from './election.plan.ts'
import { isNewer } from './is-newer.ts'
import { leases, type Lease } from './lease.ts'
import { stderrLog, type Log } from './log.ts'
import { reflect } from './reflector.ts'

/** The Lease that is competed for, the rules, and what leading means. */
export interface ElectionOptions {
  readonly client: KubeClient
  readonly namespace: string
  readonly name: string
  /** Unlike any other candidate's, also after a restart: pod name and uid. */
  readonly identity: string
  /** How long others wait for a leader that fell silent. Default 15 s (ADR 0036). */
  readonly leaseDurationMs?: number
  /** How long a leader that cannot renew goes on. Less than the lease. Default 10 s. */
  readonly renewDeadlineMs?: number
  /** Between two renewals, and between two attempts. Default 2 s. */
  readonly retryPeriodMs?: number
  /** `signal` aborts when leadership is lost or the election stops. What it rejects with is logged. */
  readonly onStartedLeading: (signal: AbortSignal) => void | Promise<void>
  /** Called after each term, before the lease is released: the work of the term must have ended when it resolves. */
  readonly onStoppedLeading?: () => void | Promise<void>
  /**
   * True when the process of that identity has certainly ended: its lease is taken over then, and not only when it is over. Asked of the holder every 5 s
   * while another one waits.
   */
  readonly hasEnded?: (identity: string) => Promise<boolean>
  /** Let go on a graceful stop, so that the next takes over at once. Default true. */
  readonly releaseOnStop?: boolean
  readonly log?: Log
  readonly clock?: Clock
}

/** One candidate for a Lease. */
export interface Election {
  /** Takes part until `signal` aborts; then ends the term and releases. */
  run(signal: AbortSignal): Promise<void>
  isLeading(): boolean
  /** Identity of the holder as last seen; undefined when nobody holds the lease. */
  leader(): string | undefined
}

/** Milliseconds between looks at the holder. */
const lookMs = 5_000

/** One leader among the candidates for a Lease. A candidate watches the lease, so a released one is taken within ms. */
export function createElection(options: ElectionOptions): Election {
  const { client, namespace, name, identity, log = stderrLog, clock = systemClock } = options
  const { leaseDurationMs = 15_000, renewDeadlineMs = 10_000, retryPeriodMs = 2_000, releaseOnStop = true } = options
  if (!(retryPeriodMs < renewDeadlineMs && renewDeadlineMs < leaseDurationMs)) {
    throw new Error(`election ${name}: retryPeriodMs < renewDeadlineMs < leaseDurationMs must hold`)
  }
  const candidate: Candidate = { namespace, name, identity, leaseDurationMs }
  let seen: Observation = { lease: undefined, changedAt: clock.now(), abandoned: false }
  let term: { readonly controller: AbortController; readonly work: Promise<void> } | undefined
  let wake = new AbortController()

  const observe = (lease: Lease | undefined): void => {
    const known = seen.lease?.metadata
    if (lease !== undefined && known?.uid === lease.metadata.uid && known?.resourceVersion === lease.metadata.resourceVersion) return
    seen = { lease, changedAt: clock.now(), abandoned: false }
    wake.abort()
  }

  /** What the watch shows: it may be behind what an answer has shown already. */
  const watched = (event: { readonly type: string; readonly object: Lease }): void => {
    const { lease } = seen
    const same = lease !== undefined && lease.metadata.uid === event.object.metadata.uid
    if (event.type !== 'DELETED') {
      if (!same || isNewer(event.object, lease)) observe(event.object)
    } else if (same) observe(undefined)
  }

  const endTerm = async (reason: string): Promise<void> => {
    if (term === undefined) return
    const { controller, work } = term
    term = undefined
    log.info({ lease: name, identity, reason }, 'stopped leading')
    controller.abort(new Error(`no longer leader: ${reason}`))
    await work
    await options.onStoppedLeading?.()
  }

  const startTerm = (): void => {
    const controller = new AbortController()
    log.info({ lease: name, identity }, 'started leading')
    const work = Promise.resolve()
      .then(() => options.onStartedLeading(controller.signal))
      .catch((error: unknown) => log.error({ lease: name, error }, 'the work of the leader failed'))
    term = { controller, work }
  }

  /** Writes `next`; true when this candidate holds the lease now. */
  const write = async (kind: 'create' | 'update', next: Lease): Promise<boolean> => {
    try {
      observe(await (kind === 'create' ? client.create(leases, next) : client.update(leases, next)))
      return true
    } catch (error) {
      if (isNotFound(error)) observe(undefined)
      else if (isConflict(error) || isAlreadyExists(error)) observe(await client.get(leases, { namespace, name }))
      else throw error
      return false
    }
  }

  /** Ends the term when its time is over before there is an answer to a renewal: whoever waits for the lease does not wait for that. */
  const watchOver = async (writing: Promise<unknown>, untilMs: number, signal: AbortSignal): Promise<void> => {
    const answered = new AbortController()
    const answer = (): void => answered.abort()
    writing.then(answer, answer)
    await pause(clock, untilMs - clock.now(), AbortSignal.any([signal, answered.signal]))
    if (!answered.signal.aborted) await endTerm(signal.aborted ? 'stopping' : 'the renewal of the lease was not answered')
  }

  /** Looks whether the holder has ended. Whoever writes the lease meanwhile is seen by the conflict. */
  const look = async (): Promise<void> => {
    const looked = seen
    const holder = looked.lease?.spec?.holderIdentity ?? ''
    if (options.hasEnded === undefined || holder === '') return
    try {
      if (!(await options.hasEnded(holder)) || seen !== looked) return
      log.info({ lease: name, identity, holder }, 'the leader has ended, taking its lease over')
      seen = { ...looked, abandoned: true }
    } catch (error) {
      log.warn({ lease: name, identity, holder, error }, 'cannot find out whether the leader has ended; its lease says')
    }
  }

  const release = async (): Promise<void> => {
    if (!releaseOnStop || seen.lease?.spec?.holderIdentity !== identity) return
    try {
      await client.update(leases, released(seen.lease, clock.now()))
    } catch (error) {
      log.warn({ lease: name, error }, 'could not release the lease; the next leader waits for its end')
    }
  }

  return {
    isLeading: () => term !== undefined,
    leader: () => seen.lease?.spec?.holderIdentity || undefined,
    async run(signal) {
      const first = Promise.withResolvers<void>()
      const target = {
        replace(items: readonly Lease[]): void {
          observe(items[0])
          first.resolve()
        },
        apply: watched
      }
      const watching = reflect(client, leases, { namespace, fieldSelector: `metadata.name=${name}` }, target, signal, { log, clock })
      await Promise.race([first.promise, watching])
      let renewedAt = clock.now()
      while (!signal.aborted) {
        wake = new AbortController()
        const next = attempt(candidate, seen, clock.now())
        let waitMs = retryPeriodMs
        try {
          if (next.kind === 'wait') {
            await endTerm('somebody else holds the lease')
            await look()
            waitMs = seen.abandoned ? 0 : next.ms + jittered(Math.min(retryPeriodMs, 1_000))
            if (options.hasEnded !== undefined) waitMs = Math.min(waitMs, lookMs)
          } else {
            const askedAt = clock.now()
            const writing = write(next.kind, next.lease)
            if (term !== undefined) await watchOver(writing, renewedAt + renewDeadlineMs, signal)
            // After so late an answer another one may hold the lease by now: then it is asked for anew.
            if ((await writing) && clock.now() - askedAt < renewDeadlineMs) {
              renewedAt = askedAt
              waitMs = Math.min(retryPeriodMs, Math.max(0, askedAt + retryPeriodMs - clock.now()))
              if (term === undefined && !signal.aborted) startTerm()
              // The own write is no news to wake up for.
              wake = new AbortController()
            } else waitMs = 0
          }
        } catch (error) {
          log.warn({ lease: name, identity, error }, 'cannot write the lease')
          waitMs =
            term === undefined
              ? jittered(retryPeriodMs)
              : Math.max(Math.min(retryPeriodMs / 5, renewedAt + renewDeadlineMs - clock.now()), 50)
          if (term !== undefined && clock.now() - renewedAt >= renewDeadlineMs) await endTerm('the lease could not be renewed')
        }
        await pause(clock, waitMs, AbortSignal.any([signal, wake.signal]))
      }
      await endTerm('stopping')
      await release()
      await watching
    }
  }
}
