/** `Warning: 299` headers, as kubectl prints them. */

/** The header's value; quotes and backslashes escaped, line ends and other control characters blanked, per RFC 7234. */
export function warningHeader(text: string): string {
  const quoted = text.replace(CONTROL, ' ').replace(/[\\"]/g, String.raw`\$&`)
  return `299 - "${latin(quoted)}"`
}

// A client's own words come back in warnings: node throws at a header with one of these.
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]+/g

// Header values are bytes: node refuses characters above U+00FF.
const latin = (text: string) => Buffer.from(text, 'utf8').toString('latin1')
