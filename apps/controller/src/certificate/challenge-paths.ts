import type { Http01Challenge, IngressPath } from '@knative-ts/api'

/** The paths under which an authority asks `host` for its answers (ACME, HTTP-01): they come before everything else of the host. */
export function challengePaths(host: string, challenges: readonly Http01Challenge[]): IngressPath[] {
  return challenges.flatMap(({ url = '', serviceName = '', serviceNamespace = '', servicePort = 80 }) => {
    const [, asked, path = ''] = /^[a-z]+:\/\/([^/?#]*)([^?#]*)/.exec(url) ?? []
    if (asked !== host) return []
    return [{ path, splits: [{ percent: 100, serviceName, serviceNamespace, servicePort }] }]
  })
}

/** By URL, so that a KIngress does not change with the order in which they are told. */
export const inOrder = (challenges: readonly Http01Challenge[]): Http01Challenge[] =>
  challenges.toSorted((a, b) => ((a.url ?? '') < (b.url ?? '') ? -1 : 1))
