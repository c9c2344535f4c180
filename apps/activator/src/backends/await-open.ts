import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** Milliseconds between attempts: at first and at most; a pod that does not open for `patientMs` is asked at leisure. */
const waits = { firstMs: 1, factor: 1.4, mostMs: 25, patientMs: 15_000, leisureMs: 250 } as const
/** A connect that is not answered within this many ms is given up: the address may not be programmed yet. */
const connectMs = 250

/** The wait after an attempt, from the wait before it and the ms since the first attempt. */
export function nextWait(waitMs: number, elapsedMs: number): number {
  return elapsedMs > waits.patientMs ? waits.leisureMs : Math.min(waitMs * waits.factor, waits.mostMs)
}

/** Resolves when something accepts connections at the address; rejects when `signal` aborts. */
export async function awaitOpen(ip: string, port: number, signal: AbortSignal): Promise<void> {
  const begun = performance.now()
  let waitMs: number = waits.firstMs
  while (!(await accepts(ip, port))) {
    await pause(waitMs, undefined, { signal })
    waitMs = nextWait(waitMs, performance.now() - begun)
  }
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const settle = (open: boolean): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(open)
    }
    const timer = setTimeout(() => settle(false), connectMs)
    socket.on('connect', () => settle(true))
    socket.on('error', () => settle(false))
  })
}
