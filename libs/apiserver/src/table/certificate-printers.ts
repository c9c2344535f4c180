/** Columns of certificate signing requests. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { durationText } from './age.ts'
import { cell, NONE, type Printer } from './cell.ts'

type SigningRequest = k8s.CertificateSigningRequest

export const certificatePrinters: Readonly<Record<string, Printer>> = {
  'certificates.k8s.io/certificatesigningrequests': {
    SignerName: cell<SigningRequest>(({ spec }) => spec?.signerName || NONE),
    Requestor: cell<SigningRequest>(({ spec }) => spec?.username ?? ''),
    RequestedDuration: cell<SigningRequest>(({ spec }) =>
      spec?.expirationSeconds === undefined ? NONE : durationText(spec.expirationSeconds * 1000)
    ),
    Condition: cell<SigningRequest>(conditionText)
  }
}

function conditionText({ status }: SigningRequest): string {
  const types = new Set((status?.conditions ?? []).map(({ type }) => type))
  const verdict = types.has('Denied') ? 'Denied' : types.has('Approved') ? 'Approved' : 'Pending'
  return [verdict, ...(types.has('Failed') ? ['Failed'] : []), ...(status?.certificate ? ['Issued'] : [])].join(',')
}
