/** `Warning: 299` headers, as kubectl prints them. */

/** The header's value; quotes and backslashes escaped, line ends dropped, per RFC 7234. */
export function warningHeader(text: string): string {
  const quoted = text.replace(/[\r\n]+/g, ' ').replace(/[\\"]/g, String.raw`\$&`)
  return `299 - "${latin(quoted)}"`
}

// Header values are bytes: node refuses characters above U+00FF.
const latin = (text: string) => Buffer.from(text, 'utf8').toString('latin1')
