/** Answers an event about a person with another event: a greeting. The Broker takes the answer in as it took the first one. */
const { createServer } = process.getBuiltinModule('node:http')

createServer((request, response) => {
  let body = ''
  request.setEncoding('utf8')
  request.on('data', (chunk) => (body += chunk))
  request.on('end', () => {
    let name
    try {
      ;({ name } = JSON.parse(body))
    } catch (error) {
      return response.writeHead(400).end(`the data is no JSON: ${error.message}\n`)
    }
    if (typeof name !== 'string') return response.writeHead(422).end('the data has no name\n')
    response.writeHead(200, {
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-id': `${request.headers['ce-id']}-greeting`,
      'ce-source': '/samples/event-greeter',
      'ce-type': 'dev.example.greeting'
    })
    response.end(JSON.stringify({ greeting: `Hello ${name}!` }))
  })
}).listen(Number(process.env.PORT ?? 8080))
process.on('SIGTERM', () => process.exit(0))
