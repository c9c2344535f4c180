/** A gRPC service of the four kinds of method; a message is text. */
import { status, Server, ServerCredentials } from '@grpc/grpc-js'
import { echoService } from './service.ts'

const seen = { cancelled: 0 }
const counting = (call) => call.on('cancelled', () => seen.cancelled++)

const server = new Server()
server.addService(echoService, {
  one: (call, callback) => {
    const { request: text, metadata } = call
    counting(call)
    if (text === 'wait') return
    if (text === 'seen') return callback(null, JSON.stringify(seen))
    if (text !== 'fail') {
      call.sendMetadata(metadata)
      const trailer = metadata.clone()
      trailer.set('x-trailer', 'late')
      return callback(null, text.toUpperCase(), trailer)
    }
    const trailer = metadata.clone()
    trailer.set('x-reason', 'asked to')
    callback({ code: status.FAILED_PRECONDITION, details: 'asked to fail: é', metadata: trailer })
  },
  collect: (call, callback) => {
    const parts = []
    call.on('data', (text) => parts.push(text))
    call.on('end', () => callback(null, parts.join(',')))
  },
  spread: (call) => {
    counting(call)
    const [count, size] = call.request.split('x').map(Number)
    for (let n = 0; n < count; n++) call.write(`${n}:${'.'.repeat(size)}`)
    if (count > 0) call.end()
    else call.write('open')
  },
  talk: (call) => {
    counting(call)
    call.on('data', (text) => call.write(`re: ${text}`))
    call.on('end', () => call.end())
  }
})
server.bindAsync(`0.0.0.0:${process.env.PORT ?? 8080}`, ServerCredentials.createInsecure(), (error) => {
  if (error) throw error
})
process.on('SIGTERM', () => server.tryShutdown(() => process.exit(0)))
