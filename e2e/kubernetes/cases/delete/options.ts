/** Dry runs, grace, and bodies that are odd. */
import type { Case, Step } from '../../recorded-case.ts'
import { UID, gone, held, read, each } from './builders.ts'

const MAPS = '/api/v1/namespaces/$NS/configmaps'

const raw = (body: string, type = 'application/json'): Step => ({ verb: 'request', method: 'DELETE', path: `${MAPS}/one`, body, type })

export const options: readonly Case[] = [
  {
    name: 'dry runs',
    steps: [
      held,
      gone({ dryRun: ['All'] }),
      gone(undefined, { dryRun: 'All' }),
      gone({ dryRun: ['Nonsense'] }),
      gone(undefined, { dryRun: 'Nonsense' }),
      gone({ dryRun: ['All', 'All'] }),
      gone({ dryRun: [] }, { dryRun: 'All' }),
      gone({ dryRun: 'All' }),
      read
    ]
  },
  each('a dry run of what nothing holds', gone({ dryRun: ['All'] }), gone({ dryRun: ['All'], preconditions: { uid: UID } }), read),
  each('grace of what has none', gone({ gracePeriodSeconds: 30 })),
  each(
    'grace that is odd',
    gone({ gracePeriodSeconds: -5 }, { dryRun: 'All' }),
    gone(undefined, { gracePeriodSeconds: 'x' }),
    gone({ gracePeriodSeconds: 'x' }),
    gone({ gracePeriodSeconds: 1.5 }),
    gone(undefined, { gracePeriodSeconds: '-1' })
  ),
  each(
    'bodies that are none',
    raw('nonsense'),
    raw('[]'),
    raw('"x"'),
    raw('{"kind":"Pod","apiVersion":"v1"}'),
    raw('{"kind":"DeleteOptions","apiVersion":"v9"}'),
    raw('{"kind":"Nonsense","apiVersion":"v1"}'),
    raw('{', 'application/json'),
    raw('{}', 'text/plain'),
    raw('kind: DeleteOptions\napiVersion: v1\ndryRun: [All]\n', 'application/yaml'),
    raw('{"preconditions":"x"}'),
    raw('{"propagationPolicy":5}'),
    raw('{"dryRun":5}')
  ),
  each(
    'bodies of options',
    raw('{"kind":"DeleteOptions","apiVersion":"v1","dryRun":["All"]}'),
    raw('{"kind":"DeleteOptions","apiVersion":"meta.k8s.io/v1","dryRun":["All"]}'),
    raw('{"kind":"DeleteOptions","apiVersion":"apps/v1","dryRun":["All"]}'),
    raw('{"kind":"DeleteOptions","dryRun":["All"]}'),
    raw('{"apiVersion":"v1","dryRun":["All"]}'),
    raw('{"dryRun":["All"],"nonsense":1}'),
    raw('{"dryRun":["All"],"ignoreStoreReadErrorWithClusterBreakingPotential":true}'),
    raw('null')
  ),
  each(
    'options in both places',
    gone({ propagationPolicy: 'Orphan', dryRun: ['All'] }, { propagationPolicy: 'Nonsense' }),
    gone({ dryRun: ['All'] }, { dryRun: 'Nonsense' }),
    gone({ dryRun: ['All'] }, { propagationPolicy: 'Foreground' }),
    read
  )
]
