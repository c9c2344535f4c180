/** What the objects of the chart are built with: words that become template text. */
import { roleNames, type SystemOptions } from '@knative-ts/api/system'
import type { Words } from './opening.ts'

const version = 'VERSION-OF-CHART'
const imageWord = (name: string): string => `IMAGE-OF-${name}-HERE`

/** Options of an installation whose version and images are yet to be said. */
export const chartOptions: SystemOptions = { version, image: imageWord }

/** What stands in the templates for those words. */
export const chartWords: Words = {
  [version]: '{{ .Chart.AppVersion | quote }}',
  ...Object.fromEntries(
    [...roleNames, 'queue-proxy'].map((name) => [imageWord(name), `{{ include "serving.image" (list . "${name}") | quote }}`])
  )
}
