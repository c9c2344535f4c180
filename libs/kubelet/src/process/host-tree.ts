import { existsSync, realpathSync } from 'node:fs'
import { posix } from 'node:path'
import type { Tree } from './mount-plan.ts'

/** This machine's own tree. */
export const hostTree: Tree = {
  resolve(path) {
    let existing = path
    while (!existsSync(existing)) existing = posix.dirname(existing)
    const ancestor = realpathSync(existing)
    return { path: posix.join(ancestor, path.slice(existing.length)), exists: existing === path, ancestor }
  }
}
