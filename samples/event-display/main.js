/** Prints every CloudEvent that it gets, attribute by attribute: `kubectl logs` shows what arrived. Binary and structured ones alike. */
const { createServer } = process.getBuiltinModule('node:http')

const structured = 'application/cloudevents+json'

/** Attributes and data of an event, whichever way it came. */
function eventOf(headers, body) {
  if (headers['content-type']?.startsWith(structured)) {
    const { data, data_base64: encoded, ...attributes } = JSON.parse(body)
    return { attributes, data: encoded ?? (typeof data === 'string' ? data : JSON.stringify(data ?? '')) }
  }
  const attributes = Object.entries(headers).flatMap(([name, value]) => (name.startsWith('ce-') ? [[name.slice(3), value]] : []))
  return { attributes: Object.fromEntries([...attributes, ['datacontenttype', headers['content-type']]]), data: body }
}

function print({ attributes, data }) {
  const lines = Object.entries(attributes).flatMap(([name, value]) => (value === undefined ? [] : [`  ${name}: ${value}`]))
  console.log(['cloudevent', ...lines, 'data', `  ${data}`].join('\n'))
}

createServer((request, response) => {
  let body = ''
  request.setEncoding('utf8')
  request.on('data', (chunk) => (body += chunk))
  request.on('end', () => {
    try {
      print(eventOf(request.headers, body))
      response.writeHead(200).end()
    } catch (error) {
      response.writeHead(400).end(`this is no event: ${error.message}\n`)
    }
  })
}).listen(Number(process.env.PORT ?? 8080))
process.on('SIGTERM', () => process.exit(0))
