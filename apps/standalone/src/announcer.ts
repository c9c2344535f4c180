import { namespaceOf, type AnyRole } from '@knative-ts/api/system'
import type { PodMilestone } from '@knative-ts/kubelet'

/** What standalone tells whoever started it: sentences for a person, or one JSON object a line for a program. */
export type Announcement =
  | { readonly event: 'starting'; readonly dataDirectory: string | null }
  | { readonly event: 'api-server'; readonly url: string; readonly kubeconfig: string; readonly ms: number }
  | { readonly event: 'role-ready'; readonly role: string; readonly ms: number }
  | { readonly event: 'waiting'; readonly roles: readonly string[]; readonly kubeconfig: string; readonly ms: number }
  | ({ readonly event: 'pod' } & PodMilestone)
  | { readonly event: 'ready'; readonly gateway: string; readonly https?: string; readonly kubeconfig: string; readonly ms: number }
  | { readonly event: 'stopping'; readonly reason: string }
  | { readonly event: 'stopped'; readonly ms: number }
  | { readonly event: 'failed'; readonly message: string }

export type Announce = (announcement: Announcement) => void

/** Where the words go: failures of a person's start to standard error, all else to standard output. */
export interface Outputs {
  readonly out: (text: string) => void
  readonly error: (text: string) => void
}

const standardOutputs: Outputs = { out: (text) => process.stdout.write(text), error: (text) => process.stderr.write(text) }

/** Writes announcements. `hasKubectl`: this machine can apply YAML with it; else the repository's own command is named. */
export function createAnnouncer(json: boolean, hasKubectl: boolean, { out, error } = standardOutputs): Announce {
  return (announcement) => {
    if (json) return out(`${JSON.stringify({ time: new Date().toISOString(), ...announcement })}\n`)
    const text = sentenceOf(announcement, hasKubectl)
    if (text !== undefined) (announcement.event === 'failed' ? error : out)(`${text}\n`)
  }
}

const sample = 'samples/hello/service.yaml'
/** Each as one command that ends when the sample is Ready, so that the call behind it may be pasted together with it. */
const deploy = (hasKubectl: boolean): string =>
  hasKubectl ? `kubectl apply -f ${sample} && kubectl wait ksvc/hello --for condition=Ready` : `npm run apply -- ${sample}`

function sentenceOf(said: Announcement, hasKubectl: boolean): string | undefined {
  switch (said.event) {
    case 'starting':
      return said.dataDirectory === null ? 'Starting; nothing will be kept.' : `Starting; objects live in ${said.dataDirectory}.`
    case 'waiting':
      return `Still waiting for ${said.roles.join(', ')}; why: kubectl --kubeconfig ${said.kubeconfig} -n ${namespaceOf(said.roles[0] as AnyRole)} describe pods`
    case 'ready':
      return [
        `Ready in ${(said.ms / 1000).toFixed(1)} s.`,
        '',
        `  export KUBECONFIG=${said.kubeconfig}`,
        '',
        `  Gateway: ${said.gateway}${said.https === undefined ? '' : `, ${said.https}`}`,
        '',
        'Deploy the sample, then call it:',
        '',
        `  ${deploy(hasKubectl)}`,
        `  curl ${said.gateway.replace('://localhost', '://hello.default.localhost')}`,
        '',
        'Ctrl-C stops everything.'
      ].join('\n')
    case 'stopping':
      return `Stopping (${said.reason}) ...`
    case 'stopped':
      return 'Stopped; nothing is left running.'
    case 'failed':
      return `Cannot start: ${said.message}`
    default:
      return undefined
  }
}
