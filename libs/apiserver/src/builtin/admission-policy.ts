/** ValidatingAdmissionPolicy and its binding (`k8s.io/kubernetes/pkg/apis/admissionregistration/validation`). */
import type * as k8s from '@knative-ts/api/kubernetes'
import { checkingEnvironment, typedExpression } from '../cel/admission-environment.ts'
import { matchConditionProblem } from '../cel/match-conditions.ts'
import { duplicateValue, forbiddenField, invalidValue, required, unsupportedValue, type Cause } from '../http/errors.ts'
import { checkConditions, checkMatchResources, FAILURE_POLICIES, oneOf } from './admission.rules.ts'
import type { KindRules } from './kind-rules.ts'
import { labelKeyProblems, pathSegmentProblems, serviceNameProblems, subdomainProblems } from './names.ts'
import { checkSelector } from './selector.rules.ts'

type Spec = k8s.ValidatingAdmissionPolicySpec

const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge']
const ACTIONS = ['Audit', 'Deny', 'Warn']
const NOTHING_TO_DO = 'validations or auditAnnotations must contain at least one item'
const RESERVED =
  /^(?:true|false|null|in|as|break|const|continue|else|for|function|if|import|let|loop|package|namespace|return|var|void|while)$/
const LINE_BREAK = /[\r\n]/
const MOST_ANNOTATIONS = 20

function defaultMatch(match: k8s.MatchResources | null | undefined): void {
  if (match === undefined || match === null) return
  match.matchPolicy ??= 'Equivalent'
  match.namespaceSelector ??= {}
  match.objectSelector ??= {}
  for (const rule of [...(match.resourceRules ?? []), ...(match.excludeResourceRules ?? [])]) rule.scope ??= '*'
}

function checkPolicy({ metadata, spec = {} as Spec }: k8s.ValidatingAdmissionPolicy): Cause[] {
  const { paramKind, matchConstraints, matchConditions = [], variables = [], validations = [], auditAnnotations = [] } = spec
  const hasParams = paramKind != null
  const types: Record<string, string> = {}
  const environment = (authorizer: boolean, params = hasParams) =>
    checkingEnvironment({ params, authorizer, ...(variables.length > 0 && { variables: types }) })
  return [
    ...oneOf('spec.failurePolicy', spec.failurePolicy, FAILURE_POLICIES),
    ...(hasParams ? checkParamKind(paramKind, 'spec.paramKind') : []),
    ...checkConstraints(matchConstraints),
    ...checkConditions(matchConditions, 'spec.matchConditions', (text) => matchConditionProblem(text, hasParams)),
    ...variables.flatMap((variable, index) => checkVariable(variable, `spec.variables[${index}]`, types, () => environment(true))),
    ...(validations.length === 0 && auditAnnotations.length === 0
      ? ['spec.validations', 'spec.auditAnnotations'].map((field) => required(field, NOTHING_TO_DO))
      : []),
    ...validations.flatMap((one, index) => checkValidation(one, `spec.validations[${index}]`, environment)),
    ...checkAnnotations(auditAnnotations, metadata.name ?? '', () => environment(true))
  ]
}

function checkConstraints(match: k8s.MatchResources | null | undefined): Cause[] {
  const field = 'spec.matchConstraints'
  if (match === undefined || match === null) return [required(field)]
  return [...checkMatchResources(match, field), ...((match.resourceRules ?? []).length === 0 ? [required(`${field}.resourceRules`)] : [])]
}

function checkParamKind({ apiVersion = '', kind = '' }: k8s.ParamKind, field: string): Cause[] {
  const causes: Cause[] = []
  const at = `${field}.apiVersion`
  const parts = apiVersion.split('/')
  if (apiVersion === '') causes.push(required(at))
  else if (parts.length > 2) causes.push(invalidValue(at, apiVersion, `unexpected GroupVersion string: ${apiVersion}`))
  else {
    const [group, version] = parts.length === 2 ? [parts[0] ?? '', parts[1] ?? ''] : ['', apiVersion]
    const groupProblems = group === '' ? [] : subdomainProblems(group)
    if (groupProblems.length > 0) causes.push(invalidValue(at, group, groupProblems.join(',')))
    const problems = serviceNameProblems(version)
    if (version === '') causes.push(invalidValue(at, apiVersion, 'version must be specified'))
    else if (problems.length > 0) causes.push(invalidValue(at, version, problems.join(',')))
  }
  const problems = serviceNameProblems(kind.toLowerCase())
  if (kind === '') causes.push(required(`${field}.kind`))
  else if (problems.length > 0)
    causes.push(invalidValue(`${field}.kind`, kind, `may have mixed case, but should otherwise match: ${problems.join(',')}`))
  return causes
}

type Environments = (authorizer: boolean, params?: boolean) => ReturnType<typeof checkingEnvironment>

/** Variables may refer to those before them: `types` grows. */
function checkVariable(
  { name = '', expression = '' }: k8s.Variable,
  field: string,
  types: Record<string, string>,
  environment: () => ReturnType<typeof checkingEnvironment>
): Cause[] {
  const causes: Cause[] = []
  if (name.trim() === '') causes.push(required(`${field}.name`, 'name is not specified'))
  else if (!/^[_a-zA-Z]\w*$/.test(name) || RESERVED.test(name))
    causes.push(invalidValue(`${field}.name`, name, 'must be a valid CEL identifier'))
  if (expression.trim() === '') return [...causes, required(`${field}.expression`, 'expression is not specified')]
  const { problem, type } = typedExpression(environment(), expression, [])
  if (problem !== undefined) causes.push(invalidValue(`${field}.expression`, expression, problem))
  // What does not compile is known of none the less, as something.
  if (name !== '') types[name] = problem === undefined ? type : 'dyn'
  return causes
}

function checkValidation(validation: k8s.Validation, field: string, environment: Environments): Cause[] {
  const { expression = '', message = '', messageExpression = '', reason } = validation
  const causes: Cause[] = []
  const judge = (member: string, text: string, wanted: string, cel: ReturnType<typeof checkingEnvironment>) => {
    const { problem } = typedExpression(cel, text, [wanted])
    if (problem !== undefined) causes.push(invalidValue(`${field}.${member}`, text, problem))
  }
  if (expression.trim() === '') causes.push(required(`${field}.expression`, 'expression is not specified'))
  else judge('expression', expression, 'bool', environment(true))
  if (messageExpression !== '' && messageExpression.trim() === '')
    causes.push(invalidValue(`${field}.messageExpression`, messageExpression, 'must be non-empty if specified'))
  else if (messageExpression !== '') judge('messageExpression', messageExpression, 'string', environment(false))
  if (message !== '' && message.trim() === '') causes.push(invalidValue(`${field}.message`, message, 'must be non-empty if specified'))
  else if (LINE_BREAK.test(message.trim())) causes.push(invalidValue(`${field}.message`, message, 'must not contain line breaks'))
  return [...causes, ...oneOf(`${field}.reason`, reason, REASONS)]
}

function checkAnnotations(
  annotations: readonly k8s.AuditAnnotation[],
  policy: string,
  environment: () => ReturnType<typeof checkingEnvironment>
): Cause[] {
  const field = 'spec.auditAnnotations'
  const most = `must not have more than ${MOST_ANNOTATIONS} auditAnnotations`
  return [
    ...(annotations.length > MOST_ANNOTATIONS ? [invalidValue(field, annotations, most)] : []),
    ...annotations.flatMap(({ key = '', valueExpression = '' }, index) => {
      const at = `${field}[${index}]`
      const causes = labelKeyProblems(`${policy}/${key}`).map((problem) => invalidValue(`${at}.key`, `${policy}/${key}`, problem))
      const text = valueExpression.trim()
      const { problem } = text === '' ? {} : typedExpression(environment(), text, ['string', 'null_type'])
      if (text === '') causes.push(required(`${at}.valueExpression`, 'valueExpression is not specified'))
      else if (problem !== undefined) causes.push(invalidValue(`${at}.valueExpression`, valueExpression, problem))
      if (annotations.findIndex((one) => one.key === key) < index) causes.push(duplicateValue(`${at}.key`, key))
      return causes
    })
  ]
}

function checkBinding({ spec = {} as k8s.ValidatingAdmissionPolicyBindingSpec }: k8s.ValidatingAdmissionPolicyBinding): Cause[] {
  const { policyName = '', paramRef, matchResources, validationActions = [] } = spec
  const names =
    policyName === ''
      ? [required('spec.policyName')]
      : subdomainProblems(policyName).map((problem) => invalidValue('spec.policyName', policyName, problem))
  return [
    ...names,
    ...(paramRef == null ? [] : checkParamRef(paramRef, 'spec.paramRef')),
    ...checkMatchResources(matchResources, 'spec.matchResources'),
    ...checkActions(validationActions, 'spec.validationActions')
  ]
}

function checkParamRef({ name = '', selector, parameterNotFoundAction: action }: k8s.ParamRef, field: string): Cause[] {
  const both = (member: string) =>
    name !== '' && selector != null ? [forbiddenField(`${field}.${member}`, 'name and selector are mutually exclusive')] : []
  return [
    ...(name === '' ? [] : pathSegmentProblems(name).map((problem) => invalidValue(`${field}.name`, name, problem))),
    ...both('name'),
    ...checkSelector(selector, `${field}.selector`),
    ...both('selector'),
    ...(name === '' && selector == null ? [required(field, 'one of name or selector must be specified')] : []),
    ...(action ? oneOf(`${field}.parameterNotFoundAction`, action, ['Deny', 'Allow']) : [required(`${field}.parameterNotFoundAction`)])
  ]
}

function checkActions(actions: readonly string[], field: string): Cause[] {
  const both =
    'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)'
  return [
    ...actions.flatMap((action, index) => [
      ...(ACTIONS.includes(action) ? [] : [unsupportedValue(`${field}[${index}]`, action, ACTIONS)]),
      ...(actions.indexOf(action) < index ? [duplicateValue(`${field}[${index}]`, action)] : [])
    ]),
    ...(actions.includes('Deny') && actions.includes('Warn') ? [invalidValue(field, actions, both)] : []),
    ...(actions.length === 0 ? [required(field, 'at least one validation action is required')] : [])
  ]
}

export const admissionPolicyRules: KindRules<k8s.ValidatingAdmissionPolicy> = {
  generation: 'spec',
  defaults({ spec }) {
    if (spec === undefined) return
    spec.failurePolicy ??= 'Fail'
    defaultMatch(spec.matchConstraints)
  },
  prepareCreate(policy) {
    policy.status = {}
  },
  check: checkPolicy
}

export const admissionPolicyBindingRules: KindRules<k8s.ValidatingAdmissionPolicyBinding> = {
  generation: 'spec',
  defaults: ({ spec }) => defaultMatch(spec?.matchResources),
  check: checkBinding
}
