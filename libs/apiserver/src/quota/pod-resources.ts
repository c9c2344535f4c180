/** What a pod asks for and is limited to: the most that its containers can want at any time. Rules: `k8s.io/component-helpers/resource`. */
import type { Container, PodSpec } from '@knative-ts/api/kubernetes'
import { amountOf, larger, plus, sumOf, zero, type Amount, type Usage } from './amount.ts'

export function podResources(spec: PodSpec | undefined, part: 'requests' | 'limits'): Usage {
  const inits = spec?.initContainers ?? []
  const sidecars = inits.filter(({ restartPolicy }) => restartPolicy === 'Always')
  const running: Record<string, Amount> = {
    ...sumOf([...(spec?.containers ?? []), ...sidecars].map((container) => usageOf(container, part)))
  }
  let started: Usage = {}
  for (const init of inits) {
    const own = usageOf(init, part)
    if (sidecars.includes(init)) started = sumOf([started, own])
    const peak = sidecars.includes(init) ? started : sumOf([started, own])
    for (const [name, amount] of Object.entries(peak)) running[name] = larger(running[name] ?? zero, amount)
  }
  for (const [name, amount] of Object.entries(spec?.overhead ?? {}))
    if (part === 'requests' || running[name] !== undefined) running[name] = plus(running[name] ?? zero, amountOf(amount))
  return running
}

function usageOf({ resources }: Container, part: 'requests' | 'limits'): Usage {
  return Object.fromEntries(Object.entries(resources?.[part] ?? {}).map(([name, text]) => [name, amountOf(text)]))
}
