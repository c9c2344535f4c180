import { describe, expect, it } from '@jest/globals'
import { type Bind, mountPlan, type Tree } from './mount-plan.ts'

const existing = ['/', '/etc', '/etc/ssl', '/run', '/tmp']
const tree: Tree = {
  resolve(path) {
    const real = path.replace(/^\/var\/run(?=\/|$)/, '/run')
    let ancestor = real
    while (!existing.includes(ancestor)) ancestor = ancestor.slice(0, ancestor.lastIndexOf('/')) || '/'
    return { path: real, exists: existing.includes(real), ancestor }
  }
}
const bind = (target: string, over: Partial<Bind> = {}): Bind => ({ source: '/v', target, kind: 'directory', readOnly: true, ...over })
const lines = (...binds: Bind[]): string[] =>
  mountPlan(binds, tree, ['/run'], '/s')
    .script.split('\n')
    .filter((line) => !/^( |mirror\(|\}|set -e)/.test(line))

describe('mountPlan', () => {
  it('binds over what exists', () => {
    expect(lines(bind('/etc/ssl'), bind('/tmp', { readOnly: false }))).toEqual([
      "mount -o bind,ro '/v' '/tmp'".replace(',ro', ''),
      "mount -o bind,ro '/v' '/etc/ssl'"
    ])
  })
  it('makes mount points in the directories that are the pod’s own, behind links too', () => {
    expect(lines(bind('/var/run/x/y'))).toEqual(["mkdir -p '/run/x/y'", "mount -o bind,ro '/v' '/run/x/y'"])
  })
  it('mirrors a directory that lacks the mount point', () => {
    expect(lines(bind('/etc/app'))).toEqual([
      "mkdir -p '/s/mirror-0'",
      "mirror '/etc' '/s/mirror-0'",
      "mount --rbind '/s/mirror-0' '/etc'",
      "mkdir -p '/etc/app'",
      "mount -o bind,ro '/v' '/etc/app'"
    ])
  })
  it('gives the container a root of its own for a mount point right below /', () => {
    const plan = mountPlan([bind('/data')], tree, ['/run'], '/s')
    expect(plan.root).toBe('/s/root')
    expect(plan.script).toMatch(/mirror '' '\/s\/root'\nmkdir -p '\/s\/root\/data'\nmount -o bind,ro '\/v' '\/s\/root\/data'$/)
  })
  it('mounts parents before what lies inside them', () => {
    const targets = lines(bind('/tmp/a/b'), bind('/tmp', { readOnly: false })).filter((line) => line.startsWith('mount'))
    expect(targets).toEqual(["mount -o bind '/v' '/tmp'", "mount -o bind,ro '/v' '/tmp/a/b'"])
  })
  it('makes files for files, and quotes what a shell would read', () => {
    expect(lines(bind("/run/it's", { kind: 'file' }))).toEqual([
      String.raw`mkdir -p '/run'; [ -e '/run/it'\''s' ] || : > '/run/it'\''s'`,
      String.raw`mount -o bind,ro '/v' '/run/it'\''s'`
    ])
  })
})
