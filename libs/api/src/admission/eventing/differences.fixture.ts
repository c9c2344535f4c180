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

/** Cases whose answer over a whole installation differs from the recorded one beyond that, and why. */
export const elsewhere: {
  /** The verdict is as recorded, in other words. */
  readonly words: readonly { readonly why: string; readonly name: RegExp }[]
  readonly cases: Readonly<Record<string, string>>
} = {
  words: [
    { why: "upstream's parser of CESQL panics and says nothing; ours says what is wrong", name: /^cesql: |^trigger: update: bad filters$/ },
    { why: 'Kubernetes prints an unsigned zero as 0x0 or 0, by version', name: /update: sparse put$/ },
    { why: 'the API server names a body of another version in its own way', name: /^request: body of another version$/ }
  ],
  cases: {
    'cesql: "1"': 'an expression that is never true or false is refused; upstream stores it, and its filter crashes',
    'config: an example changed': 'our ConfigMaps hold no example that could be changed'
  }
}
