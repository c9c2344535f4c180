/** Kubernetes' extensions of CEL. */
import { expect, it } from '@jest/globals'
import { celEnvironment } from './environment.ts'
import { compileExpression } from './expression.ts'

it.each([
  ["quantity('1').isGreaterThan(quantity('500m'))", true],
  ["quantity('1Ki') == quantity('1024')", true],
  ["quantity('1').add(quantity('500m')).compareTo(quantity('1.5')) == 0", true],
  ["isQuantity('1.3x')", false],
  ["'%s is %d, %.2f'.format(['a', 1, 1.5])", 'a is 1, 1.50'],
  ['[3, 1].sum()', 4n],
  ['[1, 2, 2].isSorted()', true],
  ['[1, 3, 2].max()', 3n],
  ["['a', 'b'].indexOf('b')", 1n],
  ["'abc'.find('b+')", 'b'],
  ["'a1b2'.findAll('[0-9]')", ['1', '2']],
  ["'aXbX'.replace('X', '-', 1)", 'a-bX'],
  ["'abc'.charAt(1)", 'b'],
  ["url('https://x.example:8080/y?a=1').getHost()", 'x.example:8080'],
  ["url('/a/b').getEscapedPath()", '/a/b'],
  ["isURL('x y')", false],
  ["ip('10.0.0.1').family()", 4n],
  ["ip.isCanonical('2001:db8::1')", true],
  ["isIP('10.0.0.256')", false],
  ["ip('127.0.0.1').isLoopback()", true],
  ["cidr('10.0.0.0/8').containsIP('10.1.1.1')", true],
  ["cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16')", true],
  ["isCIDR('10.0.0.0/33')", false],
  ['sets.contains([1, 2], [2])', true],
  ['sets.equivalent([1, 2, 2], [2, 1])', true],
  ['sets.intersects([1], [2])', false]
])('%s', (text, value) => {
  expect(compileExpression(celEnvironment(), text).evaluate({}, 0)).toEqual(value)
})
