/** A steady load of admissions: creations that are only tried, each of which the webhook is asked about twice. */
import { knativeServices } from '@knative-ts/api'
import { errorText, type KubeClient } from '@knative-ts/kube'
import { serviceOf } from '../../rig/knative-service.ts'

const pauseMs = 100

/** Tries a creation; rejects when it is refused. */
export async function admits(client: KubeClient): Promise<true> {
  await client.create(knativeServices, serviceOf({ name: 'only-tried' }), { dryRun: true })
  return true
}

export interface Admissions {
  /** Resolves when the one under way is answered, with how many there were, and those that failed twice. */
  stop(): Promise<{ readonly sent: number; readonly retried: number; readonly failures: readonly string[] }>
}

/** One after the other; what fails is tried once more. */
export function startAdmissions(client: KubeClient): Admissions {
  const failures: string[] = []
  let [sent, retried, running] = [0, 0, true]
  const again = (): Promise<true> => {
    retried++
    return admits(client)
  }
  const run = async (): Promise<void> => {
    while (running) {
      sent++
      await admits(client)
        .catch(again)
        .catch((error: unknown) => failures.push(errorText(error)))
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
  const done = run()
  return {
    stop: async () => {
      running = false
      await done
      return { sent, retried, failures }
    }
  }
}
