/** `npm run generate`: writes every generated file anew. */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { root } from './tree.mjs'

for (const path of globSync('tools/generate/*.mjs', { cwd: root }).filter((name) => !/(tree|run)\.mjs$/.test(name))) {
  const { status } = spawnSync(process.execPath, [path], { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
