/** Where answers differ from upstream's on purpose: the lists that the comparing tests hold. */
import { acceptedDifferences } from '../accepted-differences.ts'
import { differences } from '../../../libs/api/src/admission/differences.fixture.ts'
import {
  differences as ofEventing,
  elsewhere as ofEventingElsewhere
} from '../../../libs/api/src/admission/eventing/differences.fixture.ts'

/** As Markdown: what differs from recordings of a real installation, and why. */
export function onPurpose(): string[] {
  return [
    '## Otherwise than recorded, on purpose',
    '',
    'Admission, by recorded case:',
    '',
    ...[...Map.groupBy(differences, ([, reason]) => reason)].map(
      ([reason, cases]) => `- ${reason} (${cases.map(([name]) => `\`${name}\``).join(', ')})`
    ),
    '',
    'Admission of Eventing:',
    '',
    ...ofEventing.map(({ why }) => `- ${why}`),
    ...ofEventingElsewhere.words.map(({ why }) => `- ${why}`),
    ...Object.entries(ofEventingElsewhere.cases).map(([name, why]) => `- ${why} (\`${name}\`)`),
    '',
    'Objects of recorded Services:',
    '',
    ...acceptedDifferences.map(
      ({ reason, cases }) => `- ${reason}${cases === undefined ? '' : ` (\`${cases.source.replaceAll(/[$^]/g, '')}\`)`}`
    ),
    ''
  ]
}
