import type * as k8s from '@knative-ts/api/kubernetes'
import { setTimeout as wait } from 'node:timers/promises'
import { type Attempt, attemptExec, attemptHttp, attemptTcp, type ProbeTarget } from '../probe/attempt.ts'

/** Runs a postStart or preStop handler once, for at most `timeoutMs`. */
export async function runHook(handler: k8s.LifecycleHandler, target: ProbeTarget, timeoutMs: number): Promise<Attempt> {
  if (handler.exec !== undefined) return attemptExec(target, handler.exec, timeoutMs)
  if (handler.httpGet !== undefined) return attemptHttp(target, handler.httpGet, timeoutMs)
  if (handler.tcpSocket !== undefined) return attemptTcp(target, handler.tcpSocket, timeoutMs)
  if (handler.sleep !== undefined) await wait(Math.min(handler.sleep.seconds * 1_000, timeoutMs), undefined, { ref: false })
  return { ok: true }
}
