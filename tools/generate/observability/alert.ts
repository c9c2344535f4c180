/** One alert rule. Labels in `{{ }}` are those of the expression's series. */
export interface Alert {
  /** Has a page in docs/runbooks named like it. */
  readonly name: string
  /** PromQL: true while it is as it should not be. */
  readonly expr: string
  /** How long that must last, a duration of Prometheus. */
  readonly for: string
  /** critical: users notice, somebody gets up; warning: during the day. */
  readonly severity: 'critical' | 'warning'
  /** What is wrong, in one line. */
  readonly summary: string
}

/** Where the page of an alert is. */
export const runbookUrl = (name: string): string => `https://github.com/knative-ts/knative-ts/blob/main/docs/runbooks/${name}.md`
