/** `npm run demo`: the main job without hands, step by step, with times. Exits non-zero when a step fails. */
import { join } from 'node:path'
import { ensureBuilt, root } from '../build/freshness.mjs'
import { bundle } from '../build/bundle.mjs'

await ensureBuilt()
const file = join(root, 'dist/demo/main.mjs')
await bundle(join(root, 'e2e/demo/main.ts'), file)
await import(file)
