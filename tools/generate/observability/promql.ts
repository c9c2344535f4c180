/** What an expression asks for. */
import { parser } from '@prometheus-io/lezer-promql'

/** Names of the metrics in a PromQL expression, sorted, once each. Throws where it is none. Grafana's variables count as what they stand for. */
export function metricsOf(expression: string): string[] {
  const text = expression.replaceAll(/\$__(rate_)?interval/g, '5m')
  const found = new Set<string>()
  parser.parse(text).iterate({
    enter: ({ type, from, to }) => {
      if (type.isError) throw new Error(`"${expression}" is no PromQL at character ${from}`)
      if (type.name === 'Identifier' && text.slice(from, to) !== '') found.add(text.slice(from, to))
    }
  })
  return [...found].toSorted()
}
