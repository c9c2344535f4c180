import type { Part } from '@knative-ts/host'
import type { Log } from '@knative-ts/telemetry/logger'

/** Profiles of this process, as the other roles serve them. What takes them is loaded only here. */
export function profilesPart(port: number, log: Log): Part {
  let close = (): Promise<void> => Promise.resolve()
  return {
    name: 'profiles',
    async start() {
      try {
        const { openProfileServer } = await import('@knative-ts/host/profiles')
        const server = await openProfileServer({ port }, log)
        close = () => server.close()
      } catch (error) {
        // A pod that serves requests is worth more than its profile.
        log.error({ error, port }, 'profiles are not served')
      }
    },
    stop: () => close()
  }
}
