/** `npm start`: builds what is not built, then is standalone itself (no process in between). Arguments go to standalone. */
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { ensureBuilt, root } from '../build/freshness.mjs'

await ensureBuilt()
enableCompileCache(join(root, 'dist/.compile-cache'))
const main = join(root, 'dist/apps/standalone/main.mjs')
process.argv.splice(1, 1, main)
await import(main)
