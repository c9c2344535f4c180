/** Certificate signing requests: who asks is written by the server, and who approves must be allowed to for that signer. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { forbidden } from '../http/errors.ts'
import type { Call, World } from '../requests/call.ts'

/** Changes `request` in place; throws 403. */
export function admitSigningRequest(
  { authorizer }: World,
  { type, user, subresource }: Call,
  operation: 'CREATE' | 'UPDATE',
  request: k8s.CertificateSigningRequest
): void {
  const { spec } = request
  if (spec === undefined) return
  if (operation === 'CREATE') {
    const { uid, extra } = user
    for (const name of ['uid', 'extra'] as const) delete spec[name]
    Object.assign(spec, {
      username: user.name,
      groups: [...user.groups],
      ...(uid === undefined ? {} : { uid }),
      ...(extra === undefined ? {} : { extra })
    })
  }
  if (subresource !== 'approval') return
  const name = spec.signerName
  const domain = `${name.split('/', 1)[0]}/*`
  const may = [name, domain].some(
    (signer) =>
      authorizer.authorize(user, {
        verb: 'approve',
        group: type.group,

        resource: 'signers',
        subresource: '',
        namespace: '',
        name: signer
      }).allowed
  )
  if (!may) throw forbidden(type, request.metadata.name ?? '', `user not permitted to approve requests with signerName "${name}"`)
}
