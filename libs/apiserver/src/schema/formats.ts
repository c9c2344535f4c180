/** Formats of strings that custom schemas may ask for, as `k8s.io/kube-openapi/pkg/validation/strfmt` checks them. Unknown formats pass. */
import { isIPv4, isIPv6 } from 'node:net'

const DATE = /^\d{4}-\d{2}-\d{2}$/
const DATE_TIME = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:[Zz]|[+-]\d{2}:?\d{2})?$/
const DURATION = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h)(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))*$/
const SCALA_DURATION = /^\d+\s?(?:nanosecond|ns|microsecond|µs|us|millisecond|ms|second|sec|s|minute|min|m|hour|hr|h|day|d|week|wk|w)s?$/
const LABEL = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/
const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

function isCalendarDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`)
  return DATE.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}

function isCidr(text: string): boolean {
  const [address, bits, ...rest] = text.split('/')
  if (address === undefined || bits === undefined || rest.length > 0 || !/^\d{1,3}$/.test(bits)) return false
  return (isIPv4(address) && Number(bits) <= 32) || (isIPv6(address) && Number(bits) <= 128)
}

const CHECKS: Readonly<Record<string, (text: string) => boolean>> = {
  date: isCalendarDate,
  'date-time': (text) => DATE_TIME.test(text) && isCalendarDate(text.slice(0, 10)),
  datetime: (text) => DATE_TIME.test(text) && isCalendarDate(text.slice(0, 10)),
  duration: (text) => DURATION.test(text) || SCALA_DURATION.test(text),
  ipv4: isIPv4,
  ipv6: isIPv6,
  cidr: isCidr,
  mac: (text) => /^(?:[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}|[0-9a-f]{4}(?:\.[0-9a-f]{4}){2})$/i.test(text),
  hostname: (text) => text.length <= 253 && text.split('.').every((label) => label.length <= 63 && LABEL.test(label)),
  email: (text) => /^[^\s@<>]+@[^\s@<>]+$/.test(text),
  uri: (text) => /^(?:[a-z][a-z0-9+.-]*:|\/)\S*$/i.test(text),
  uuid: (text) => UUID.test(text),
  byte: (text) => BASE64.test(text)
}

/** Whether a string is of the format; every string is of a format that is not known. */
export function hasFormat(format: string, text: string): boolean {
  const check = Object.hasOwn(CHECKS, format) ? CHECKS[format] : undefined
  return check === undefined || check(text)
}
