import type { KubeClient } from '@knative-ts/kube'
import { playCases } from '../../kubernetes/run-cases.ts'
import type { Answer } from '../../kubernetes/recorded-case.ts'
import type { ChangedSettings } from '../../rig/changed-settings.ts'
import type { RecordedCase } from '../card/recorded-cases.ts'
import { admissionView, renumbered } from './admission-view.ts'

/** For all cases of one setting. */
export const GROUP_MS = 900_000
/** For the webhook to follow a changed ConfigMap. */
export const FOLLOWED_MS = 60_000

/** Some cases, by the settings that they were recorded under. */
export interface Group {
  readonly cases: readonly RecordedCase[]
  readonly index: number
  readonly config: Readonly<Record<string, Readonly<Record<string, string>>>>
}

export function groupsOf(cases: readonly RecordedCase[]): readonly Group[] {
  const groups = [...Map.groupBy(cases, ({ config }) => JSON.stringify(config ?? {})).values()]
  return groups.map((members, index) => ({ cases: members, index, config: members[0]?.config ?? {} }))
}

/** As the recording did, whoever asks here. */
const byAdmin = (one: RecordedCase): RecordedCase => ({ ...one, steps: one.steps.map((step) => ({ ...step, as: step.as ?? 'admin' })) })

/** What an installation answers to cases, in the form of the recording. */
export async function answersTo(kubeconfig: string, cases: readonly RecordedCase[]): Promise<(readonly Answer[])[]> {
  const answers = await playCases(kubeconfig, cases.map(byAdmin))
  return answers.map((one) => renumbered(one.map(admissionView)))
}

/** Plays cases under their settings, those that differ again until the webhook may be expected to follow these; resolves to the differences of each case by its name. */
export async function replayedUnder(
  { cases, config }: Group,
  platform: { readonly kubeconfig: string; readonly client: KubeClient },
  settings: ChangedSettings,
  differencesOf: (one: RecordedCase, answers: readonly Answer[]) => string[]
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>()
  for (const [name, data] of Object.entries(config)) await settings.set(name, data)
  const deadline = Date.now() + (Object.keys(config).length === 0 ? 0 : FOLLOWED_MS)
  let left = cases
  do {
    const answers = await answersTo(platform.kubeconfig, left)
    for (const [index, one] of left.entries()) found.set(one.name, differencesOf(one, answers[index] ?? []))
    left = left.filter(({ name }) => found.get(name)?.length !== 0)
  } while (left.length > 0 && Date.now() < deadline)
  return found
}
