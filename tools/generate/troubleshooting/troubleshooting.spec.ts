import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from '@jest/globals'
import { conditionReasons, isListed } from '@knative-ts/api/reasons'
import { troubleshootingPage } from './page.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Conditions with their reason, as reconcilers mark them False or Unknown in so many words. */
function marked(): string[] {
  const files = globSync(['apps/controller/src/**/*.ts', 'apps/autoscaler/src/**/*.ts'], { cwd: root }).filter(
    (file) => !file.endsWith('.spec.ts')
  )
  const marks = /\.(?:false|unknown)\(\s*'(\w+)',\s*'([\w ]+)'/g
  return files.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(marks)].map(([, condition, reason]) => `${file}: ${condition} ${reason}`)
  )
}

it('docs/troubleshooting.md is what is generated', () =>
  expect(readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8')).toBe(troubleshootingPage()))

it('every reason that a reconciler writes is on the list', () => {
  const all = marked()
  expect(all.length).toBeGreaterThan(30)
  // Conditions of a Deployment, which a revision only looks through.
  const own = all.filter((line) => !/ (Progressing|ReplicaSetReady) /.test(line))
  expect(own.filter((line) => !isListed(line.split(' ')[1] ?? '', line.split(' ').slice(2).join(' ')))).toEqual([])
})

it('no reason is on the list twice', () => {
  const keys = conditionReasons.map(({ kind, condition, status, reason }) => `${kind} ${condition} ${status} ${reason}`)
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([])
})
