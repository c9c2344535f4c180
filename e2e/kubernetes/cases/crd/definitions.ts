/** Definitions that are refused for what is around their schemas, and their life. */
import type { Case } from '../../recorded-case.ts'
import { object } from '../builders.ts'
import { defined, definition, GROUP, specSchema, version } from '../definition-builders.ts'
import { type Json, CRD, text, open, refusedDefinition } from './builders.ts'

const names = (rest: Json) => ({ names: { plural: 'things', kind: 'Thing', ...rest } })

export const definitions: readonly Case[] = [
  {
    name: 'definition: complete, conditions and stored versions',
    steps: [
      {
        verb: 'create',
        object: definition(
          [version(specSchema({ it: text }))],
          names({ singular: 'thing', shortNames: ['th'], categories: ['all', 'oracle'], listKind: 'ThingList' })
        ),
        show: 'verdict'
      },
      { verb: 'wait', of: `${CRD} things.${GROUP}`, where: { 'status.conditions.1.status': 'True' }, show: 'object' }
    ]
  },
  {
    name: 'definition: names taken by another',
    steps: [
      ...defined(definition([version(specSchema({ it: text }))], names({ shortNames: ['th'] }))),
      {
        verb: 'create',
        object: {
          ...object(CRD, `others.${GROUP}`, {
            spec: {
              group: GROUP,
              scope: 'Namespaced',
              names: { plural: 'others', kind: 'Thing', shortNames: ['th'], singular: 'thing', listKind: 'ThingList' },
              versions: [version(open)]
            }
          })
        },
        show: 'verdict'
      },
      {
        verb: 'wait',
        of: `${CRD} others.${GROUP}`,
        where: { 'status.conditions.0.type': 'NamesAccepted', 'status.conditions.0.status': 'False' },
        timeoutMs: 3000,
        show: ['status']
      }
    ]
  },
  refusedDefinition('no versions', definition([])),
  refusedDefinition('no spec', object(CRD, `things.${GROUP}`) as ReturnType<typeof definition>),
  refusedDefinition('no stored version', definition([version(open, { storage: false })])),
  refusedDefinition('two stored versions', definition([version(open), version(open, { name: 'v2' })])),
  refusedDefinition('a version twice', definition([version(open), version(open, { storage: false })])),
  refusedDefinition('version names', definition([version(open, { name: 'V1' }), version(open, { name: '', storage: false })])),
  refusedDefinition('group without a dot', {
    ...definition([version(open)], { group: 'oracle' }),
    metadata: { name: 'things.oracle' }
  } as ReturnType<typeof definition>),
  refusedDefinition('group is bad', {
    ...definition([version(open)], { group: 'A_b.c' }),
    metadata: { name: 'things.A_b.c' }
  } as ReturnType<typeof definition>),
  refusedDefinition(
    'names are bad',
    definition(
      [version(open)],
      names({ plural: 'Things', kind: 'a b', singular: '1thing', shortNames: ['S_'], categories: ['No Way'], listKind: 'a b' })
    )
  ),
  refusedDefinition('names are missing', definition([version(open)], { names: {} })),
  refusedDefinition('list kind is the kind', definition([version(open)], names({ listKind: 'Thing' }))),
  refusedDefinition('scope', definition([version(open)], { scope: 'Galaxy' })),
  refusedDefinition('conversion webhook without anything', definition([version(open)], { conversion: { strategy: 'Webhook' } })),
  refusedDefinition(
    'conversion webhook without versions',
    definition([version(open)], {
      conversion: { strategy: 'Webhook', webhook: { clientConfig: { url: 'https://host/' }, conversionReviewVersions: [] } }
    })
  ),
  refusedDefinition(
    'conversion webhook of bad versions',
    definition([version(open)], {
      conversion: {
        strategy: 'Webhook',
        webhook: {
          clientConfig: { url: 'http://host/', service: { name: 'a', namespace: 'b' } },
          conversionReviewVersions: ['v9', 'v9', 'V!']
        }
      }
    })
  ),
  refusedDefinition(
    'conversion None with a webhook',
    definition([version(open)], {
      conversion: { strategy: 'None', webhook: { clientConfig: { url: 'https://host/' }, conversionReviewVersions: ['v1'] } }
    })
  ),
  refusedDefinition('conversion nonsense', definition([version(open)], { conversion: { strategy: 'Magic' } })),
  refusedDefinition('preserveUnknownFields', definition([version(open)], { preserveUnknownFields: true })),
  refusedDefinition('deprecation without deprecated', definition([version(open, { deprecationWarning: 'old' })])),
  refusedDefinition('empty deprecation', definition([version(open, { deprecated: true, deprecationWarning: '' })])),
  refusedDefinition(
    'printer columns',
    definition([
      version(open, {
        additionalPrinterColumns: [
          { name: '', type: 'text', jsonPath: 'spec', format: 'x' },
          { name: 'b', type: '', jsonPath: '' },
          { name: 'c', type: 'date', jsonPath: '.a[?(@.b=="c")].d' },
          { name: 'd', type: 'string', jsonPath: '.a[' }
        ]
      })
    ])
  ),
  refusedDefinition(
    'scale paths',
    definition([
      version(open, {
        subresources: { scale: { specReplicasPath: '.replicas', statusReplicasPath: 'status.x', labelSelectorPath: '.metadata.x' } }
      })
    ])
  ),
  refusedDefinition('scale without paths', definition([version(open, { subresources: { scale: {} } })])),
  refusedDefinition(
    'scale of list paths',
    definition([version(open, { subresources: { scale: { specReplicasPath: '.spec.a[0]', statusReplicasPath: '.status.b' } } })])
  ),
  refusedDefinition(
    'selectable fields',
    definition([
      version(specSchema({ it: text, list: { type: 'array', items: text }, map: open }), {
        selectableFields: [
          { jsonPath: '.spec.it' },
          { jsonPath: '.spec.it' },
          { jsonPath: '.spec.list' },
          { jsonPath: '.spec.nope' },
          { jsonPath: '.metadata.name' },
          { jsonPath: 'x' }
        ]
      })
    ])
  ),
  refusedDefinition('protected group without approval', {
    ...definition([version(open)], { group: 'oracle.k8s.io' }),
    metadata: { name: 'things.oracle.k8s.io' }
  } as ReturnType<typeof definition>),
  refusedDefinition('protected group with bad approval', {
    ...definition([version(open)], { group: 'oracle.k8s.io' }),
    metadata: { name: 'things.oracle.k8s.io', annotations: { 'api-approved.kubernetes.io': 'because' } }
  } as ReturnType<typeof definition>)
]
