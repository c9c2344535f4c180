/** Writes docs/kinds, a page a kind; with `--check` only says whether they are up to date. */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './tree.mjs'

const folder = join(root, 'docs/kinds')
const { definedKinds } = await import('../../libs/api/src/crds/kinds.ts')
const { pagesOf } = await import('./kinds/page.ts')
const pages = pagesOf(definedKinds)
const changed = [...pages].filter(([name, text]) => !existsSync(join(folder, name)) || readFileSync(join(folder, name), 'utf8') !== text)
const left = existsSync(folder) ? readdirSync(folder).filter((name) => !pages.has(name)) : []
if (process.argv.includes('--check')) {
  for (const name of [...changed.map(([page]) => page), ...left])
    console.error(`docs/kinds/${name} is not what tools/generate/kinds.mjs makes: run it and commit the result`)
  if (changed.length + left.length > 0) process.exitCode = 1
} else {
  mkdirSync(folder, { recursive: true })
  for (const name of left) rmSync(join(folder, name))
  for (const [name, text] of changed) {
    writeFileSync(join(folder, name), text)
    console.log(`docs/kinds/${name}`)
  }
}
