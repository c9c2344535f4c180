/** `node e2e/client-go/server.ts DIRECTORY PORT`: API server and controllers in a process of their own, for a test that kills it. */
import { startApiServer } from '@knative-ts/apiserver'
import { startControllers } from '@knative-ts/apiserver/controllers'
import { servedResources } from '../../apps/standalone/src/resource-types.ts'

const [, , dataDirectory = '', port = '0'] = process.argv
const complain = (fields: object, text: string): void => console.error(text, fields)
const log = { debug: () => undefined, info: () => undefined, warn: complain, error: complain, child: () => log }
const api = await startApiServer({
  dataDirectory,
  port: Number(port),
  listen: [],
  log,
  onFatal: (error) => {
    throw error
  }
})
await startControllers({
  client: api.clientFor(api.admin, 'kube-controller-manager'),
  log,
  signal: new AbortController().signal,
  options: { rootCaPem: api.caPem, ...servedResources(api) }
})
// Its parent has gone: nobody else would end it.
process.once('disconnect', () => process.exit())
process.send?.({ port: api.port, kubeconfig: api.adminKubeconfig })
