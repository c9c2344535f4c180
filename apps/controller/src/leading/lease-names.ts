import { bucketNames } from '@knative-ts/traffic'

/** The reconcilers of one group that upstream elects one by one, by the beginnings of their Leases' names, before `.NN-of-MM`. */
export interface LeaseScheme {
  /** The one whose elections decide for all. */
  readonly deciding: string
  /** Tools and tests count these. */
  readonly companions: readonly string[]
}

const serving = (name: string): string => `controller.knative.dev.serving.pkg.reconciler.${name}.reconciler`

/** Of Serving's reconcilers. */
export const servingLeases: LeaseScheme = {
  deciding: serving('revision'),
  companions: ['configuration', 'domainmapping', 'gc', 'labeler', 'nscert', 'route', 'serverlessservice', 'service'].map(serving)
}

const eventing = (path: string): string => `knative.dev.eventing.pkg.reconciler.${path}.reconciler`

/** Of Eventing's, which upstream runs in three processes. */
export const eventingLeases: LeaseScheme = {
  deciding: `controller.${eventing('subscription')}`,
  companions: [
    ...[
      'apiserversource',
      'channel',
      'containersource',
      'eventtype',
      'jobsink',
      'parallel',
      'pingsource',
      'sequence',
      'sinkbinding',
      'sugar.namespace',
      'sugar.trigger'
    ].map((path) => `controller.${eventing(path)}`),
    `mt-broker-controller.${eventing('broker')}`,
    `mt-broker-controller.${eventing('broker.trigger')}`,
    `imc-controller.${eventing('inmemorychannel.controller')}`
  ]
}

/** As config-leader-election renames it. */
const renamedBy = (renamed: ReadonlyMap<string, string>, prefix: string): string => renamed.get(prefix) ?? prefix

/** The Leases that decide, one a bucket; those of the other reconcilers follow them. */
export function decidingLeases(
  count: number,
  renamed: ReadonlyMap<string, string> = new Map(),
  scheme: LeaseScheme = servingLeases
): readonly string[] {
  return bucketNames(`${renamedBy(renamed, scheme.deciding)}.`, count)
}

/** The Leases of the other reconcilers that say of a deciding one's bucket who leads. */
export function companionsOf(
  deciding: string,
  renamed: ReadonlyMap<string, string> = new Map(),
  scheme: LeaseScheme = servingLeases
): readonly string[] {
  const which = deciding.slice(deciding.lastIndexOf('.') + 1)
  return scheme.companions.map((prefix) => `${renamedBy(renamed, prefix)}.${which}`)
}
