/** A release after this one: the chart under a newer version, with images of a tag of their own, so that every object and every pod differs. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../../rig/root.ts'
import type { Rig } from '../rig/rig.ts'

const version = '99.0.0'

export interface NextChart {
  readonly directory: string
  readonly version: string
  /** Of the images. */
  readonly tag: string
  /** The copy, and the second tag. */
  remove(): Promise<void>
}

/** Copies the chart, and gives the rig's images of `tag` a second one. */
export async function nextChart(rig: Rig, tag: string): Promise<NextChart> {
  const home = mkdtempSync(join(tmpdir(), 'next-chart-'))
  const directory = join(home, 'knative-ts')
  cpSync(join(root, 'charts/knative-ts'), directory, { recursive: true })
  for (const path of readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((each) => each.endsWith('Chart.yaml'))) {
    const file = join(directory, path)
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/^(\s*(?:version|appVersion):).*$/gm, `$1 ${version}`))
  }
  const newer = `${tag}-next`
  const images = [...(await rig.images())].filter((name) => name.startsWith('dev.local/knative-ts/') && name.endsWith(`:${tag}`))
  if (images.length === 0) throw new Error(`the rig has no images dev.local/knative-ts/*:${tag}: E2E_TAG names those that are installed`)
  const containerd = (...words: string[]): Promise<string> =>
    rig.run('bash', '-c', 'ctr --address "$CLUSTER_STATE/containerd.sock" --namespace k8s.io images "$@"', 'ctr', ...words)
  const second = images.map((image) => [image, image.replace(/:[^:]*$/, `:${newer}`)] as const)
  for (const [image, other] of second) await containerd('tag', '--force', image, other)
  return {
    directory,
    version,
    tag: newer,
    remove: async () => {
      rmSync(home, { recursive: true })
      await containerd('rm', ...second.map(([, other]) => other))
    }
  }
}
