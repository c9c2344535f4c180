/** Writes docs/troubleshooting.md; with `--check` only says whether it is up to date. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './tree.mjs'

const { troubleshootingPage } = await import('./troubleshooting/page.ts')
const path = 'docs/troubleshooting.md'
const text = troubleshootingPage()
const current = existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : ''
if (current !== text) {
  if (process.argv.includes('--check')) {
    console.error(`${path} is not what tools/generate/troubleshooting.mjs makes: run it and commit the result`)
    process.exitCode = 1
  } else {
    writeFileSync(join(root, path), text)
    console.log(path)
  }
}
