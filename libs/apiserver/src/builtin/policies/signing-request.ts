/** CertificateSigningRequest: who asks is what the server knows, what is asked never changes, and only `/approval` says yes or no. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { secondTime } from '@knative-ts/kube'
import { forbiddenField, invalidValue, required, type Cause } from '../../http/errors.ts'
import type { KindRules } from '../kind-rules.ts'
import { subdomainProblems } from '../names.ts'

/** Storage name of the kind. */
export const SIGNING_REQUESTS = 'certificates.k8s.io/certificatesigningrequests'

type SigningRequest = k8s.CertificateSigningRequest
type Condition = NonNullable<NonNullable<SigningRequest['status']>['conditions']>[number]

const SHORTEST_SECONDS = 600
const VERDICTS: ReadonlySet<string> = new Set(['Approved', 'Denied'])
const PEM = /^-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----[\s\S]+-----END (?:NEW )?CERTIFICATE REQUEST-----\s*$/

export const signingRequestRules: KindRules<SigningRequest> = {
  nameProblems: subdomainProblems,
  prepareUpdate(request, before) {
    Object.assign(request, { spec: before.spec })
  },
  checkCreate({ spec }) {
    const causes: Cause[] = []
    if (!PEM.test(Buffer.from(spec?.request ?? '', 'base64').toString('latin1')))
      causes.push(invalidValue('spec.request', spec?.request ?? '', 'PEM block type must be CERTIFICATE REQUEST'))
    if ((spec?.usages ?? []).length === 0) causes.push(required('spec.usages', 'usages must be specified'))
    if (!spec?.signerName) causes.push(required('spec.signerName', 'signerName must be specified'))
    else if (!/^[a-z0-9.-]+\/.+$/.test(spec.signerName))
      causes.push(
        invalidValue('spec.signerName', spec.signerName, 'must be a fully qualified domain and path of the form "example.com/signer-name"')
      )
    if (spec?.expirationSeconds !== undefined && spec.expirationSeconds < SHORTEST_SECONDS)
      causes.push(
        invalidValue('spec.expirationSeconds', spec.expirationSeconds, 'may not specify a duration less than 600 seconds (10 minutes)')
      )
    return causes
  },
  parts: {
    approval: {
      prepare(request, before) {
        const now = secondTime(Date.now())
        const others = (before.status?.conditions ?? []).filter(({ type }) => !VERDICTS.has(type))
        const verdicts = (request.status?.conditions ?? []).filter(({ type }) => VERDICTS.has(type))
        const conditions = [...others, ...verdicts.map((one) => dated(one, before, now))]
        request.status = { ...before.status, ...(conditions.length === 0 ? {} : { conditions }) }
      },
      check({ status }, before) {
        const types = new Set((status?.conditions ?? []).map(({ type }) => type))
        const causes: Cause[] = []
        if (types.has('Approved') && types.has('Denied'))
          causes.push(invalidValue('status.conditions', 'Denied', 'Approved and Denied conditions are mutually exclusive'))
        for (const { type } of before.status?.conditions ?? [])
          if (!types.has(type)) causes.push(forbiddenField('status.conditions', `updates may not remove a condition of type "${type}"`))
        return causes
      }
    }
  },
  fields: { 'spec.signerName': (request) => request.spec?.signerName ?? '' }
}

function dated(condition: Condition, before: SigningRequest, now: string): Condition {
  const old = before.status?.conditions?.find(({ type, status }) => type === condition.type && status === condition.status)
  return { ...condition, lastUpdateTime: condition.lastUpdateTime ?? now, lastTransitionTime: old?.lastTransitionTime ?? now }
}
