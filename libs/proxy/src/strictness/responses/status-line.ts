import { refuseResponse as refuse, relay, type ResponseRule, responseRule as rule, statusLine as line } from '../response-rule.ts'

/** Status lines. */
export const statusLines: readonly ResponseRule[] = [
  rule('a status line is a version, a status of three digits, and a reason', 'RFC 9112 4', [
    relay(line('HTTP/1.1 200 OK'), 'as it should be'),
    relay(line('HTTP/1.1 200 '), 'an empty reason'),
    relay(line('HTTP/1.1 200'), 'no reason and no space, as some write it'),
    relay(line('HTTP/1.1 299 All is well: (really)\t\xe9'), 'any reason', { status: 299 }),
    relay(line('HTTP/1.1 599 X'), 'a status that nobody has registered', { status: 599 }),
    relay(line('HTTP/1.1 999 X'), 'a status of no class', { status: 999 }),
    refuse(line('HTTP/1.1 200OK'), 'no space behind the status'),
    refuse(line('HTTP/1.1  200 OK'), 'two spaces before the status'),
    refuse(line('HTTP/1.1 20 OK'), 'two digits'),
    refuse(line('HTTP/1.1 2000 OK'), 'four digits'),
    refuse(line('HTTP/1.1 099 OK'), 'a status under 100'),
    refuse(line('HTTP/1.1 -20 OK'), 'a sign'),
    refuse(line('HTTP/1.1 2x0 OK'), 'a letter'),
    refuse(line('HTTP/1.1\t200 OK'), 'a tab before the status'),
    refuse(line('HTTP/1.1 200\tOK'), 'a tab behind the status'),
    refuse(line('HTTP/1.1 OK'), 'no status'),
    refuse(line('HTTP/1.1'), 'a version alone')
  ]),
  rule('the version is 1.0 or 1.1', 'RFC 9112 2.3', [
    relay(line('HTTP/1.0 200 OK'), '1.0 closes', { kept: false }),
    relay(line('HTTP/1.0 200 OK\r\nConnection: keep-alive'), '1.0 is kept when it says so'),
    refuse(line('HTTP/1.2 200 OK'), '1.2'),
    refuse(line('HTTP/2 200 OK'), '2'),
    refuse(line('HTTP/2.0 200 OK'), '2.0'),
    refuse(line('HTTP/0.9 200 OK'), '0.9'),
    refuse(line('http/1.1 200 OK'), 'lower case'),
    refuse(line('HTTP/11 200 OK'), 'no dot'),
    refuse(line('ICY 200 OK'), 'another protocol'),
    refuse('hello\r\n', 'HTTP/0.9: a body alone'),
    refuse('\x15\x03\x01\x00\x02\x02\x16', 'an alert of TLS'),
    refuse('\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x05\x00\x00\x40\x00', 'the settings of HTTP/2')
  ]),
  rule('a status line stands alone, and ends in CR LF', 'RFC 9112 2.2', [
    refuse(` ${line('HTTP/1.1 200 OK')}`, 'a space before it'),
    refuse(`\r\n${line('HTTP/1.1 200 OK')}`, 'an empty line before it'),
    refuse('HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n', 'a bare LF'),
    refuse('HTTP/1.1 200 OK\rContent-Length: 0\r\n\r\n', 'a bare CR'),
    refuse('HTTP/1.1 200 O\x00K\r\nContent-Length: 0\r\n\r\n', 'NUL in the reason'),
    refuse('HTTP/1.1 200 O\x7fK\r\nContent-Length: 0\r\n\r\n', 'DEL in the reason'),
    refuse('HTTP/1.1 200 OK\r\r\nContent-Length: 0\r\n\r\n', 'CR CR LF'),
    refuse('HTTP/1.1 200 OK\r\n Content-Length: 0\r\n\r\n', 'a fold behind it')
  ])
]
