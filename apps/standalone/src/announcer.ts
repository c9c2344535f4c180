import type { PodMilestone } from '@knative-ts/kubelet'

/** What standalone tells whoever started it: sentences for a person, or one JSON object a line for a program. */
export type Announcement =
  | { readonly event: 'starting'; readonly dataDirectory: string | null }
  | { readonly event: 'api-server'; readonly url: string; readonly kubeconfig: string; readonly ms: number }
  | { readonly event: 'role-ready'; readonly role: string; readonly ms: number }
  | ({ readonly event: 'pod' } & PodMilestone)
  | { readonly event: 'ready'; readonly gateway: string; readonly kubeconfig: string; readonly ms: number }
  | { readonly event: 'stopping'; readonly reason: string }
  | { readonly event: 'stopped'; readonly ms: number }
  | { readonly event: 'failed'; readonly message: string }

export type Announce = (announcement: Announcement) => void

/** Writes announcements to standard output. `deployCommand` is how this machine applies YAML. */
export function createAnnouncer(json: boolean, deployCommand: string, write = (text: string) => process.stdout.write(text)): Announce {
  return (announcement) => {
    const text = json ? JSON.stringify({ time: new Date().toISOString(), ...announcement }) : sentenceOf(announcement, deployCommand)
    if (text !== undefined) write(`${text}\n`)
  }
}

function sentenceOf(said: Announcement, deployCommand: string): string | undefined {
  switch (said.event) {
    case 'starting':
      return said.dataDirectory === null ? 'Starting; nothing will be kept.' : `Starting; objects live in ${said.dataDirectory}.`
    case 'ready':
      return [
        `Ready in ${(said.ms / 1000).toFixed(1)} s.`,
        '',
        `  export KUBECONFIG=${said.kubeconfig}`,
        '',
        `  Gateway: ${said.gateway}`,
        '',
        'Deploy the sample, then call it:',
        '',
        `  ${deployCommand} samples/hello/service.yaml`,
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
