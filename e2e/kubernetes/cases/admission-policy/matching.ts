/** Which requests a policy judges. */
import type { Case } from '../../recorded-case.ts'
import { rule } from '../webhook-builders.ts'
import { create, verdict, enforced, expression } from './builders.ts'

export const matching: readonly Case[] = [
  enforced(
    'match conditions',
    {
      matchConditions: [{ name: 'named', expression: "object.metadata.name.startsWith('x')" }],
      ...expression('false', { message: 'no x' })
    },
    {},
    verdict(create()),
    create('x1')
  ),
  enforced(
    'a match condition that fails',
    { matchConditions: [{ name: 'named', expression: 'object.data.nope == 1' }], ...expression('true') },
    {},
    create()
  ),
  enforced(
    'a match condition that fails, ignored',
    { failurePolicy: 'Ignore', matchConditions: [{ name: 'named', expression: 'object.data.nope == 1' }], ...expression('false') },
    {},
    verdict(create())
  ),
  enforced(
    'resource names',
    {
      matchConstraints: { resourceRules: [rule('CREATE', 'v1/configmaps', { resourceNames: ['one'] })] },
      ...expression('false', { message: 'not one' })
    },
    {},
    verdict(create('two')),
    create()
  ),
  enforced(
    'excluded resources',
    {
      matchConstraints: {
        resourceRules: [rule('CREATE', 'v1/*')],
        excludeResourceRules: [rule('CREATE', 'v1/configmaps', { resourceNames: ['two'] })]
      },
      ...expression('false', { message: 'no' })
    },
    {},
    verdict(create('two')),
    create()
  ),
  enforced(
    'binding matches by object labels',
    expression('false', { message: 'labelled' }),
    {
      matchResources: {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': '$NS' } },
        objectSelector: { matchLabels: { a: 'b' } }
      }
    },
    verdict(create()),
    create('two', {}, { labels: { a: 'b' } })
  ),
  enforced(
    'binding narrows the rules',
    expression('false', { message: 'secrets no' }),
    {
      matchResources: {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': '$NS' } },
        resourceRules: [rule('UPDATE', 'v1/configmaps')]
      }
    },
    verdict(create()),
    { verb: 'patch', of: 'v1 ConfigMap one', patch: { data: { c: 'd' } } }
  )
]
