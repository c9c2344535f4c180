/** What the objects of the chart are built with: words that become template text. */
import { appNames, type SystemOptions } from '@knative-ts/api/system'
import type { Words } from './opening.ts'

const version = 'VERSION-OF-CHART'
const imageWord = (name: string): string => `IMAGE-OF-${name}-HERE`

/** Options of an installation whose version and images are yet to be said. */
export const chartOptions: SystemOptions = { version, image: imageWord }

/** The template expression for an image, in the chart of a part. */
export const imageExpression = (part: string, name: string): string => `include "${part}.image" (list . "${name}")`

/** What stands in the templates of a part for those words. */
export const chartWords = (part: string): Words => ({
  [version]: '{{ .Chart.AppVersion | quote }}',
  ...Object.fromEntries(appNames.map((name) => [imageWord(name), `{{ ${imageExpression(part, name)} | quote }}`]))
})

/** The image that a word stands for; undefined for any other text. */
export const imageOf = (text: string): string | undefined => appNames.find((name) => imageWord(name) === text)
