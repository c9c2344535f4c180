/** Runs one probe of one running container until its signal aborts. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { errorText } from '@knative-ts/kube'
import { type Attempt, attempt, attemptTcp, type ProbeTarget } from './attempt.ts'
import { advance, probeRule, type ProbeState, unprobed } from './probe-state.ts'
import { delay } from '../time.ts'

/** Hears what a probe found. */
export interface ProbeListener {
  /** Called when the verdict changes. */
  onVerdict(verdict: 'success' | 'failure', message: string): void
  /** Called for each failure that counts: the Unhealthy event. */
  onFailure(message: string): void
}

/**
 * Kubernetes looks once per period, so a container that needs 40 ms is found ready after a second or ten. Until the first success this
 * prober looks every 2 ms for an open port, backing off to 25 ms, and sends HTTP only once the port is open; from then on it keeps the
 * period. Failures count against the threshold once per period, as if only those looks had happened.
 */
export async function runProbe(
  probe: k8s.Probe,
  target: ProbeTarget,
  eager: boolean,
  listener: ProbeListener,
  signal: AbortSignal
): Promise<void> {
  const rule = probeRule(probe)
  let state = unprobed
  if (rule.initialDelayMs > 0) await delay(rule.initialDelayMs, signal)
  let nextCount = performance.now() + (eager ? Math.min(rule.periodMs, 1_000) : 0)
  let pace = firstPace(probe)
  while (!signal.aborted) {
    const hurried = eager && state.verdict !== 'success'
    const seen = await look(probe, target, rule.timeoutMs, hurried)
    if (signal.aborted) return
    const counts = seen.ok || performance.now() >= nextCount
    if (counts) {
      nextCount = performance.now() + rule.periodMs
      state = report(state, advance(rule, state, seen.ok ? 'success' : 'failure'), seen, listener)
    }
    // A success threshold above one needs looks in a row; in a hurry they follow each other quickly.
    await delay(hurried && state.verdict !== 'success' ? pace : rule.periodMs, signal)
    pace = Math.min(pace * pacing(probe).growth, pacing(probe).slowest)
  }
}

function report(before: ProbeState, after: ProbeState, seen: Attempt, listener: ProbeListener): ProbeState {
  const message = seen.ok ? '' : seen.message
  if (!seen.ok) listener.onFailure(message)
  // A liveness or startup verdict of failure is repeated: the container may have survived the first kill.
  if (after.verdict !== undefined && (after.verdict !== before.verdict || after.verdict === 'failure'))
    listener.onVerdict(after.verdict, message)
  return after
}

async function look(probe: k8s.Probe, target: ProbeTarget, timeoutMs: number, hurried: boolean): Promise<Attempt> {
  try {
    if (hurried && probe.httpGet !== undefined) {
      const { port, host } = probe.httpGet
      const open = await attemptTcp(target, host === undefined ? { port } : { port, host }, timeoutMs)
      if (!open.ok)
        return {
          ...open,
          message: `Get "${(probe.httpGet.scheme ?? 'HTTP').toLowerCase()}://${target.address}:${port}${probe.httpGet.path ?? '/'}": ${open.message}`
        }
    }
    return await attempt(target, probe, timeoutMs)
  } catch (error) {
    return { ok: false, message: errorText(error) }
  }
}

/** A command costs a process start, a TCP connect next to nothing. ms. */
function pacing(probe: k8s.Probe): { readonly growth: number; readonly slowest: number } {
  return probe.exec === undefined ? { growth: 1.05, slowest: 25 } : { growth: 1.5, slowest: 1_000 }
}

const firstPace = (probe: k8s.Probe): number => (probe.exec === undefined ? 2 : 20)
