import { accept, line, refuse, type Row, rule, type Rule, waits } from '../rule.ts'

const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
const frame = '\x00\x00\x00\x04\x00\x00\x00\x00\x00'
const http2 = (bytes: string, why: string): Row => ({ why, bytes, sees: [], ends: 'http2' })

/** The begin of an HTTP/2 connection. */
export const prefaces: readonly Rule[] = [
  rule('a connection that begins with the preface speaks HTTP/2', 'RFC 9113 3.4', [
    http2(preface + frame, 'the preface and settings'),
    waits('PRI * HTTP/2.0\r\n\r\nSM\r\n\r', 'a byte is missing'),
    waits('PRI * HTTP/2.0', 'the first line is not over'),
    waits('P', 'or any method that begins alike'),
    accept(line('PROPFIND / HTTP/1.1'), 'as does PROPFIND', { method: 'PROPFIND' })
  ]),
  rule('what is nearly the preface is a bad request', 'RFC 9113 3.4, RFC 9112 2.3', [
    refuse('bad-version', 'PRI * HTTP/2.0\r\n\r\nSX\r\n\r\n', 'another word'),
    refuse('bad-version', 'PRI * HTTP/2.0\r\n\r\nSM\n\n', 'bare LFs in it'),
    refuse('bad-version', 'PRI * HTTP/2.0\n\nSM\n\n', 'bare LFs everywhere'),
    refuse('bad-version', 'PRI * HTTP/2.0\r\nHost: h\r\n\r\n', 'fields'),
    refuse('bad-version', 'PRI * HTTP/2.0\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n', 'a request behind its first part'),
    refuse('bad-version', 'PRI * HTTP/2.1\r\n\r\nSM\r\n\r\n', 'another version'),
    refuse('bad-version', 'PRI * HTTP/3.0\r\n\r\nSM\r\n\r\n', 'a later version'),
    refuse('bad-version', 'PRI / HTTP/2.0\r\n\r\nSM\r\n\r\n', 'another target'),
    refuse('bad-version', 'pri * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'lower case'),
    refuse('bad-version', 'GET * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'another method'),
    refuse('bad-method', ` ${preface}`, 'a space before it'),
    refuse('bad-method', `\r\n${preface}`, 'an empty line before it'),
    refuse('bad-method', frame, 'its frames alone')
  ]),
  rule('a connection that has spoken HTTP/1.1 does not turn to HTTP/2 by itself', 'RFC 9113 3.3', [
    { ...accept(`${line('GET / HTTP/1.1')}PRI *\r\n\r\n`, 'a line of it behind a request'), ends: 'bad-version' },
    { ...accept(line('GET / HTTP/1.1') + preface + frame, 'the preface behind a request'), ends: 'bad-version' },
    {
      ...accept('OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n' + preface, 'and behind OPTIONS', { method: 'OPTIONS', target: '*' }),
      ends: 'bad-version'
    }
  ])
]
