/** Takes out of kubectl's words what no two clusters share: times, ages, identities, addresses, hashes. Pure. */

/** What a cluster calls its own. */
export interface Cluster {
  /** Name of its node. */
  readonly node: string
  /** URL of its API server. */
  readonly server: string
  /** What the administrator is called: by the cluster, in the kubeconfig. */
  readonly users: readonly string[]
}

/** What Kubernetes makes names from: no vowels, no digits that look like some. */
const LETTER = '[bcdfghjklmnpqrstvwxz2456789]'
const UNIT = '\\d+(?:ms|s|m|h|d|y)'

type Rule = readonly [RegExp, string]

const rules: readonly Rule[] = [
  // The shell's own: where it runs, when it said it.
  [/\b([EWI])\d{4} \d{2}:\d{2}:\d{2}\.\d+ +\d+ /g, '$1 '],
  // Said of a watch that happens to be closed early, and of a stream whose last frame came after its end.
  [/^(?:[WE] reflector|E websocket)\.go.*\n/gm, ''],
  // Whether a program answered a probe in time depends on how busy the machine is. What a probe that was answered said of it stays.
  [/^.* Unhealthy .* probe failed: .*(?:connection refused|context deadline exceeded|command timed out).*\n?/gm, ''],
  [/\/tmp\/kubectl-play-\w+/g, 'DIRECTORY'],
  [/\/tmp\/(?:kubectl-edit-|LIVE-|MERGED-)\d+/g, '/tmp/FILE'],
  // Times, whole and as ages.
  [/\b[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} [+-]\d{4}/g, 'TIME'],
  [/\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})/g, 'TIME'],
  [/\b\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} [+-]\d{4} \w+/g, 'TIME'],
  [new RegExp(`(?<=^|  |\\t)(?:${UNIT}){1,2}(?=  | ?\\t|$)(?<!(?:Grace Period|^ *(?:Container|cpu|memory) ).*)`, 'gm'), 'AGE'],
  [new RegExp(`\\b(?:${UNIT}){1,2}(?= \\(x\\d+ over)`, 'g'), 'AGE'],
  // How often an event was told again by now is a matter of time.
  [new RegExp(` \\(x\\d+ over (?:${UNIT}){1,2}\\)`, 'g'), ''],
  [new RegExp(`\\((?:${UNIT}){1,2} ago\\)`, 'g'), '(AGE ago)'],
  [/<invalid>(?=  |$)/gm, 'AGE'],
  // Identities.
  [/(-----BEGIN CERTIFICATE-----)[^-]+/g, '$1\n'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'UID'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, 'TOKEN'],
  [/\b[\w-]*containerd:\/\/[0-9a-f]{64}|\b(?:process|docker):\/\/[\w./-]+/g, 'CONTAINER'],
  [/"[0-9a-f]{64}"/g, '"CONTAINER"'],
  [/^( *(?:Image ID|Container ID): +)\S.*$/gm, '$1ID'],
  [/("?imageID"?: "?)[^",\n]+/g, '$1ID'],
  [/\bsha256:[0-9a-f]{64}/g, 'DIGEST'],
  [/("?resourceVersion"?: ?)"\d+"/g, '$1"RV"'],
  [/(Resource Version: +|resource version to be \d+, was |"resourceVersion\\?":\\?")\d+/g, '$1RV'],
  // Addresses.
  [/(127\.0\.0\.1|\blocalhost|\[::1\]):\d{4,5}/g, 'LOCAL:PORT'],
  [/\b(?!0\.0\.0\.0\b)\d{1,3}(?:\.\d{1,3}){3}(?=\b(?!\/))/g, 'IP'],
  [/(\d+):3[0-2]\d{3}(?=\/(?:TCP|UDP))/g, '$1:NODEPORT'],
  [/(NodePort: +.*?)3[0-2]\d{3}/g, '$1NODEPORT'],
  [/(Handling connection for )\d+/g, '$1PORT'],
  // Names that are made.
  [new RegExp(`-[0-9a-f]{8,10}-${LETTER}{5}\\b|-${LETTER}{8,10}-${LETTER}{5}\\b`, 'g'), '-HASH-ID'],
  [new RegExp(`(pod-template-hash["=: ]+"?)[${LETTER.slice(1, -1)}a-f0-9]{6,10}\\b`, 'g'), '$1HASH'],
  [new RegExp(`(controller-revision-hash["=: ]+"?(?:[a-z-]+-)?)[${LETTER.slice(1, -1)}a-f0-9]{6,10}\\b`, 'g'), '$1HASH'],
  [new RegExp(`-${LETTER}{8,10}(?=[\\s"/,]|$)`, 'g'), '-HASH'],
  [new RegExp(`-(?=${LETTER}{0,4}\\d|kube|${LETTER}{5}\\b)${LETTER}{5}\\b`, 'g'), '-ID']
]

const sortedLines = (text: string): string => `${text.trimEnd().split('\n').toSorted().join('\n')}${text.endsWith('\n') ? '\n' : ''}`

/** The text with what belongs to a cluster replaced, blanks between columns made two, and blanks at ends of lines removed. */
export function normal(text: string, { node, server, users }: Cluster): string {
  const own = text
    .replaceAll(server, 'SERVER')
    .replaceAll(server.replace(/^https:\/\//, ''), 'SERVER')
    // A node may be called `node`.
    .replaceAll(new RegExp(`(?<![\\w-])(?:${node.replaceAll('.', '\\.')}|node)(?![\\w-])`, 'g'), 'NODE')
    .replaceAll(new RegExp(`(?<![\\w/-])(?:${users.join('|')}|admin)(?![\\w-])`, 'g'), 'ADMIN')
  // kubectl describe walks the keys of a Secret in the order of a Go map: another one each time.
  const ordered = own.replaceAll(/(?:^ *\S+: {2,}\d+ bytes\n?){2,}/gm, sortedLines)
  const told = rules.reduce((said, [pattern, word]) => said.replaceAll(pattern, word), ordered)
  return told.replaceAll(/(?<=\S)(?: {2,}|[ ]*\t[ \t]*)(?=\S)/g, '  ').replaceAll(/[ \t]+$/gm, '')
}
