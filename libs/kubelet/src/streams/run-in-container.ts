import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises'
import { errorText } from '@knative-ts/kube'
import type { RunningContainer } from '../runtime/container-runtime.ts'

const OUTPUT_MS = 200

/** Runs a command beside a container's program, for probes and hooks: exit code and the first 10 KiB of its output. */
export async function runInContainer(
  running: RunningContainer,
  command: readonly string[],
  timeoutMs: number
): Promise<{ readonly code: number; readonly output: string; readonly timedOut: boolean }> {
  const session = running.exec(command, { stdout: true, stderr: true })
  let output = ''
  let timedOut = false
  for (const stream of [session.stdout, session.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < 10_240) output += text
    })
  }
  const timer = setTimeout(() => {
    timedOut = true
    session.kill()
  }, timeoutMs)
  // It fails as `ended` does, which is awaited.
  session.exitCode.catch(() => undefined)
  try {
    const code = await session.ended
    // What it said may still be on its way; but a command that leaves a process with its output behind has ended all the same.
    // A busy event loop comes to its timers first: what lies in the pipes is read before the next turn.
    await Promise.race([session.exitCode, delay(OUTPUT_MS, undefined, { ref: false }).then(() => turn())])
    return { code, output, timedOut }
  } catch (error) {
    return { code: 127, output: errorText(error), timedOut }
  } finally {
    clearTimeout(timer)
    session.stdout?.destroy()
    session.stderr?.destroy()
  }
}
