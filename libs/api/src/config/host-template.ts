/** The two templates that a Route's hosts come from. */
import { executeTemplate, type TemplateData } from '../go/template/execute-template.ts'
import { quote, type Parsed } from '../go/parsed.ts'
import { parseTemplate, type Template } from '../go/template/parse-template.ts'
import { ConfigError } from './config-error.ts'

/** `domain-template` of config-network, unless set. */
export const defaultDomainTemplate = '{{.Name}}.{{.Namespace}}.{{.Domain}}'
/** `tag-template` of config-network, unless set. */
export const defaultTagTemplate = '{{.Tag}}-{{.Name}}'

/** What a domain template may speak of. */
export interface DomainValues {
  readonly name: string
  readonly namespace: string
  readonly domain: string
  readonly annotations: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
}

/** The host of a Route, or Go's words for why the template gives none. */
export function domainNameOf(template: Template, values: DomainValues): Parsed<string> {
  return executeTemplate(template, {
    type: 'config.DomainTemplateValues',
    fields: {
      Name: values.name,
      Namespace: values.namespace,
      Domain: values.domain,
      Annotations: values.annotations,
      Labels: values.labels
    }
  })
}

/** The first label of the host of a tag of the Route `name`. */
export function hostOfTag(template: Template, name: string, tag: string): Parsed<string> {
  const data: TemplateData = { type: 'config.TagTemplateValues', fields: { Name: name, Tag: tag } }
  return executeTemplate(template, data)
}

/** Reads a domain template: it must give a host, and nothing but a host. */
export function hostTemplate(text: string): Template {
  const template = demand(parseTemplate('domain-template', text))
  const host = demand(domainNameOf(template, { name: 'foo', namespace: 'bar', domain: 'baz.com', annotations: {}, labels: {} }))
  const slash = host.indexOf('/')
  const authority = slash < 0 ? host : host.slice(0, slash)
  const bad = /[ "<>\\^`{|}]/.exec(authority)?.[0]
  if (bad !== undefined) throw new ConfigError(`parse ${quote(`https://${host}`)}: invalid character ${quote(bad)} in host name`)
  if (authority === '') throw new ConfigError('empty hostname')
  if (slash >= 0 && host.length > slash + 1) throw new ConfigError(`domain template has url path: ${host.slice(slash)}`)
  return template
}

/** Reads a tag template: it must execute. */
export function tagTemplate(text: string): Template {
  const template = demand(parseTemplate('tag-template', text))
  demand(hostOfTag(template, 'foo', 'v2'))
  return template
}

function demand<T>(result: Parsed<T>): T {
  if (result.ok) return result.value
  throw new ConfigError(result.error)
}
