import { injectionPatch, withSink } from '@knative-ts/api'
import type { AdmissionAnswer, AdmissionRequest, Reviewer } from '../review/admission-review.ts'
import type { BindingTable } from './binding-table.ts'

/** Tells the containers of subjects where events go to while they are being written, so that no pod starts without it (reference 5.4). */
export function bindSubjects(bindings: Pick<BindingTable, 'of'>): Reviewer {
  return (request: AdmissionRequest): AdmissionAnswer => {
    const { object, operation, kind, namespace = '', subResource = '' } = request
    if (object === null || subResource !== '' || (operation !== 'CREATE' && operation !== 'UPDATE')) return {}
    // The pods of a Job cannot change once it is there.
    if (kind.kind === 'Job' && operation === 'UPDATE') return {}
    const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`
    let bound = object
    for (const { spec, status } of bindings.of(`${apiVersion} ${kind.kind}`, namespace, object)) {
      bound = withSink(bound, { sinkUri: status?.sinkUri ?? '', caCerts: status?.sinkCACerts, overrides: spec.ceOverrides })
    }
    return { patch: injectionPatch(object, bound) }
  }
}
