/** The references that an installation is held to. Another one is another entry here, and a folder of rules. */
import { eventingSectionTitles } from './eventing-section-titles.ts'
import { sectionTitles } from './section-titles.ts'

export interface Reference {
  /** What it describes: a part of Knative. */
  readonly name: string
  /** Before the number of each of its sections, in ids of rules and titles of tests: none, or one capital. */
  readonly mark: string
  /** One file a section, `NUMBER.yaml`, from the root. */
  readonly folder: string
  /** What the sections are about, by number. */
  readonly titles: Readonly<Record<string, string>>
  /** What it describes and has no rules here yet, in a sentence; '' when nothing. */
  readonly leftOut: string
}

export const references: readonly Reference[] = [
  { name: 'Serving', mark: '', folder: 'e2e/conformance/rules', titles: sectionTitles, leftOut: '' },
  {
    name: 'Eventing',
    mark: 'E',
    folder: 'e2e/conformance/rules/eventing',
    titles: eventingSectionTitles,
    leftOut:
      'Of Eventing there are no rules yet for EventPolicy and authentication, TLS, EventTransform, RequestReply, IntegrationSource and IntegrationSink beyond their admission, and for Kafka and NATS.'
  }
]

/** What a section is about; '' for one that no reference has. */
export function titleOf(section: string): string {
  const of = references.find(({ mark }) => section.replace(/[\d.]+$/, '') === mark)
  return of?.titles[section.slice(of.mark.length)] ?? ''
}
