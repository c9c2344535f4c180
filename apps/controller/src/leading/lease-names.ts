import { bucketNames } from '@knative-ts/traffic'

/** Reconcilers of Serving that upstream elects one by one. Tools and tests count their leases. */
const reconcilers = ['configuration', 'domainmapping', 'gc', 'labeler', 'nscert', 'revision', 'route', 'serverlessservice', 'service']

/** `controller.knative.dev.serving.pkg.reconciler.<name>.reconciler`, before `.NN-of-MM`, unless config-leader-election has another name for it. */
function prefixOf(reconciler: string, renamed: ReadonlyMap<string, string>): string {
  const prefix = `controller.knative.dev.serving.pkg.reconciler.${reconciler}.reconciler`
  return renamed.get(prefix) ?? prefix
}

/** The Leases that decide, one a bucket; those of the other reconcilers follow them. */
export function decidingLeases(count: number, renamed: ReadonlyMap<string, string> = new Map()): readonly string[] {
  return bucketNames(`${prefixOf('revision', renamed)}.`, count)
}

/** The Leases of the other reconcilers that say of a deciding one's bucket who leads. */
export function companionsOf(deciding: string, renamed: ReadonlyMap<string, string> = new Map()): readonly string[] {
  const which = deciding.slice(deciding.lastIndexOf('.') + 1)
  return reconcilers.filter((name) => name !== 'revision').map((name) => `${prefixOf(name, renamed)}.${which}`)
}
