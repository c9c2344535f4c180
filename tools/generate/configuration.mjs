/** Writes docs/configuration.md; with `--check` only says whether it is up to date. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './tree.mjs'

const { configurationPage } = await import('./configuration/page.ts')
const path = 'docs/configuration.md'
const text = configurationPage()
if (!existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text) {
  if (process.argv.includes('--check')) {
    console.error(`${path} is not what tools/generate/configuration.mjs makes: run it and commit the result`)
    process.exitCode = 1
  } else {
    writeFileSync(join(root, path), text)
    console.log(path)
  }
}
