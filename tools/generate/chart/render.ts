/** The chart as helm renders it, without a cluster. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { KubeObject } from '@knative-ts/api'
import { parseAllDocuments } from 'yaml'
import { subcharts, umbrella } from './subcharts.ts'

const root = join(import.meta.dirname, '..', '..', '..')
/** `HELM` names the program, else it is looked for on PATH. */
const program = process.env['HELM'] ?? 'helm'
/** What a helm that was built from its module takes for Kubernetes' version otherwise is of 2020. */
const kubernetes = '1.34.0'

export { umbrella } from './subcharts.ts'
export const servingChart = subcharts.serving.folder
export const eventingChart = subcharts.eventing.folder

export interface Rendering {
  /** Folder of the chart from the root; the umbrella unless said. */
  readonly chart?: string
  /** Files of values from the root. */
  readonly values?: readonly string[]
  /** `path=value`, as for helm's `--set-json`. */
  readonly set?: readonly string[]
  /** Namespace of the release; `knative-ts` unless said. */
  readonly namespace?: string
}

/** Why helm cannot be run here; undefined when it can. */
export function helmObstacle(): string | undefined {
  try {
    execFileSync(program, ['version', '--short'], { stdio: 'ignore' })
    return undefined
  } catch (error) {
    return `${program} cannot be run (${(error as Error).message}): install helm, or name it by HELM`
  }
}

/** Runs helm in the root. Throws with what it printed when it fails. */
export function helm(...words: readonly string[]): string {
  try {
    return execFileSync(program, words, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 * 1024 * 1024 })
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    throw new Error(`helm ${words.join(' ')} failed:\n${stdout}${stderr}`, { cause: error })
  }
}

/** A rendering costs a second: each is made once. */
const rendered = new Map<string, string>()

/** The text that `helm template` prints. Throws with helm's own words for values that it refuses. */
export function renderText(rendering: Rendering = {}): string {
  const key = JSON.stringify(rendering)
  const text = rendered.get(key) ?? freshText(rendering)
  rendered.set(key, text)
  return text
}

function freshText({ chart = umbrella, values = [], set = [], namespace = 'knative-ts' }: Rendering): string {
  const files = values.flatMap((file) => ['--values', join(root, file)])
  const settings = set.flatMap((each) => ['--set-json', each])
  return helm('template', 'knative-ts', join(root, chart), '--namespace', namespace, '--kube-version', kubernetes, ...files, ...settings)
}

/** The objects of it, hooks among them, in helm's order. */
export function render(rendering: Rendering = {}): KubeObject[] {
  return objectsIn(renderText(rendering))
}

/** The objects of a text of many YAML documents. Throws for text that is not YAML, or a key that is said twice. */
function objectsIn(text: string): KubeObject[] {
  return parseAllDocuments(text).flatMap((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0]
    const object = document.toJS() as KubeObject | null
    return object === null ? [] : [object]
  })
}
