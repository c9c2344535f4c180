/** `node e2e/rig/serve-embedded.ts`: the embedded cluster of the suites, from source, until Ctrl-C; prints the path of its kubeconfig. */
import { once } from 'node:events'
import { startCluster } from './embedded-cluster.ts'

const cluster = await startCluster()
console.log(cluster.kubeconfig)
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
await cluster.close()
for (const line of cluster.defects()) console.error(line)
