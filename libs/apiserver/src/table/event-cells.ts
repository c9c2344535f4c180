/** Columns of events, in the core shape and in that of events.k8s.io. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { ageText } from './age.ts'
import { cell, type Printer } from './cell.ts'

/** Both shapes in one: what a field is called depends on the group that was asked. */
type AnyEvent = k8s.Event & {
  readonly regarding?: k8s.ObjectReference
  readonly note?: string
  readonly reportingController?: string
  readonly deprecatedSource?: k8s.EventSource
  readonly deprecatedFirstTimestamp?: string
  readonly deprecatedLastTimestamp?: string
  readonly deprecatedCount?: number
}

const subject = ({ involvedObject, regarding }: AnyEvent) => involvedObject ?? regarding ?? {}
const first = (event: AnyEvent) => event.firstTimestamp ?? event.deprecatedFirstTimestamp ?? event.eventTime

export const eventCells: Printer = {
  'Last Seen': cell<AnyEvent>((event, now) =>
    ageText(event.series?.lastObservedTime ?? event.lastTimestamp ?? event.deprecatedLastTimestamp ?? event.eventTime ?? first(event), now)
  ),
  Type: cell<AnyEvent>(({ type }) => type ?? ''),
  Reason: cell<AnyEvent>(({ reason }) => reason ?? ''),
  Object: cell<AnyEvent>((event) => {
    const { kind = '', name = '' } = subject(event)
    return name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase()
  }),
  Subobject: cell<AnyEvent>((event) => subject(event).fieldPath ?? ''),
  Source: cell<AnyEvent>(({ source = {}, deprecatedSource = {}, reportingComponent, reportingController }) =>
    [source.component || deprecatedSource.component || reportingComponent || reportingController, source.host || deprecatedSource.host]
      .filter(Boolean)
      .join(', ')
  ),
  Message: cell<AnyEvent>(({ message, note }) => (message ?? note)?.trim() ?? ''),
  'First Seen': cell<AnyEvent>((event, now) => ageText(first(event), now)),
  Count: cell<AnyEvent>(({ count, deprecatedCount, series }) => series?.count ?? (count || deprecatedCount || 1)),
  Name: cell<AnyEvent>(({ metadata }) => metadata.name ?? '')
}
