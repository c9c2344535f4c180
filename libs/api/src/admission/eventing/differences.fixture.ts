/** Where our answers to the recorded requests differ from upstream's, and why. Status, webhook, warnings and stored objects never differ. */
export interface Difference {
  readonly why: string
  /** Upstream's text. */
  readonly theirs: RegExp
}

export const differences: readonly Difference[] = [
  {
    why: 'ours names what changed by field path and JSON, upstream by Go path and Go value',
    theirs: /\n\{(v1\.\w+Spec|\[\]v1\.SubscriberSpec)\}/
  },
  {
    why: 'ours says what is wrong with a step or branch, upstream prints it as a Go struct',
    theirs: /invalid value: \{\{?(<nil>|<pointer>|Kind = )/
  },
  {
    why: 'ours names the filter that is wrong, upstream gives the path of one filter the index of the next',
    theirs: /spec\.filters\[1\]\[0\]/
  }
]
