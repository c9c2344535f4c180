/** Answers that are none, and webhooks that do not answer. */
import type { Case } from '../../recorded-case.ts'
import { hookPath } from '../../hooks.ts'
import { configMap } from '../builders.ts'
import { create, asked, validating } from './builders.ts'

export const answers: readonly Case[] = [
  validating('answer: wrong uid', { response: { uid: 'other' } }, {}, create()),
  validating('answer: no uid', { response: { uid: null } }, {}, create()),
  validating('answer: no response', { text: '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}' }, {}, create()),
  validating('answer: response null', { review: { response: null } }, {}, create()),
  validating('answer: another version', { review: { apiVersion: 'admission.k8s.io/v2' } }, {}, create()),
  validating('answer: another kind', { review: { kind: 'Review' } }, {}, create()),
  validating('answer: nothing', { text: '' }, {}, create()),
  validating('answer: no JSON', { text: 'hello' }, {}, create()),
  validating('answer: a list', { text: '[]' }, {}, create()),
  validating('answer: status 500', { status: 500, text: 'broken inside' }, {}, create()),
  validating(
    'answer: status 404 as Status',
    { status: 404, text: '{"kind":"Status","apiVersion":"v1","status":"Failure","message":"gone fishing","reason":"NotFound","code":404}' },
    {},
    create()
  ),
  validating('answer: allowed is a word', { review: { response: { uid: 'x', allowed: 'yes' } } }, {}, create()),
  validating('answer: v1beta1 asked', {}, { admissionReviewVersions: ['v1beta1', 'v1'] }, create(), asked('check', 'operation')),
  validating('failure is ignored', { text: 'hello' }, { failurePolicy: 'Ignore' }, create()),
  validating('nobody listens', {}, { clientConfig: { url: '$NOBODY/x', caBundle: '$HOOKCA' } }, create()),
  validating('nobody listens, ignored', {}, { clientConfig: { url: '$NOBODY/x', caBundle: '$HOOKCA' }, failurePolicy: 'Ignore' }, create()),
  validating('unknown authority', {}, { clientConfig: { url: `$HOOKS${hookPath('check')}` } }, create()),
  validating('a service that is not there', {}, { clientConfig: { service: { namespace: '$NS', name: 'missing', path: '/x' } } }, create()),
  validating('slow beyond the timeout', { delayMs: 1500 }, { timeoutSeconds: 1 }, create()),
  validating('slow beyond the timeout, ignored', { delayMs: 1500 }, { timeoutSeconds: 1, failurePolicy: 'Ignore' }, create()),
  validating(
    'side effects in dry run',
    {},
    { sideEffects: 'NoneOnDryRun' },
    { verb: 'create', object: configMap('one'), query: { dryRun: 'All' }, show: 'verdict' },
    asked('check', 'dryRun')
  )
]
