/** Kubernetes' named formats in CEL: `format.dns1123Label().validate(text)` (`apiserver/pkg/cel/library/format.go`). */
import { Optional, type Environment } from '@marcbachmann/cel-js'
import { labelKeyProblems, labelProblems, labelValueProblems, serviceNameProblems, subdomainProblems } from '../builtin/names.ts'
import { hasFormat } from '../schema/formats.ts'
import { GoUrl } from './go-url.ts'
import { registerNamespace } from './namespace.ts'

type Check = (text: string) => string[]

class Format {
  readonly check: Check
  constructor(check: Check) {
    this.check = check
  }
}

const known =
  (format: string, why: string): Check =>
  (text) =>
    hasFormat(format, text) ? [] : [why]
/** A prefix is a name that may end in a dash. */
const prefix =
  (check: Check): Check =>
  (text) =>
    check(text.replace(/-$/, 'a'))

function uriProblems(text: string): string[] {
  try {
    GoUrl.parse(text)
    return []
  } catch (error) {
    return [(error as Error).message]
  }
}

const FORMATS: Readonly<Record<string, Check>> = {
  dns1123Label: labelProblems,
  dns1123Subdomain: subdomainProblems,
  dns1035Label: serviceNameProblems,
  qualifiedName: labelKeyProblems,
  dns1123LabelPrefix: prefix(labelProblems),
  dns1123SubdomainPrefix: prefix(subdomainProblems),
  dns1035LabelPrefix: prefix(serviceNameProblems),
  labelValue: labelValueProblems,
  uri: uriProblems,
  uuid: known('uuid', 'does not match the UUID format'),
  byte: known('byte', 'invalid base64'),
  date: known('date', 'invalid date'),
  datetime: known('datetime', 'invalid datetime')
}

export function registerFormatFunctions(environment: Environment): void {
  environment
    .registerType('NamedFormat', Format)
    .registerFunction('NamedFormat.validate(string): optional<list<string>>', ({ check }: Format, text: string) => {
      const problems = check(text)
      return problems.length === 0 ? Optional.none() : Optional.of(problems)
    })
  registerNamespace(environment, 'format', {
    'named(string): optional<NamedFormat>': (name: string) => {
      const check = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined
      return check === undefined ? Optional.none() : Optional.of(new Format(check))
    },
    ...Object.fromEntries(Object.entries(FORMATS).map(([name, check]) => [`${name}(): NamedFormat`, () => new Format(check)]))
  })
}
