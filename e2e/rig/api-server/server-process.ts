/** An API server alone in a process of its own: what a benchmark of it measures is nothing else. */
import { startApiServer } from '@knative-ts/apiserver'

export interface ServerStarted {
  readonly kubeconfig: string
}

/** Serves from `dataDirectory` until the parent disconnects. */
export async function serve(dataDirectory: string): Promise<void> {
  const complain = (fields: object, text: string): void => console.error(text, fields)
  const api = await startApiServer({
    dataDirectory,
    port: 0,
    listen: [],
    onFatal: (error) => {
      throw error
    },
    log: { info: () => undefined, warn: complain, error: complain }
  })
  process.once('disconnect', () => void api.close().then(() => process.exit(0)))
  process.send?.({ kubeconfig: api.adminKubeconfig } satisfies ServerStarted)
}
