/** Functions of the library. */
import type { Case } from '../../recorded-case.ts'
import { type Json, text, whole, short, rules, values } from './builders.ts'

/** Texts that hold of a property of these types. */
const holds = (name: string, schema: Json, it: unknown, ...list: string[]): Case => values(`library: ${name}`, schema, rules(...list), it)

export const library: readonly Case[] = [
  holds(
    'lists',
    short(whole),
    [1, 3, 2],
    'self.sum() == 6',
    'self.min() == 1',
    'self.max() == 3',
    '!self.isSorted()',
    'self.indexOf(3) == 1',
    'self.lastIndexOf(9) == -1',
    'self.distinct().size() == 3',
    'self.sort() == [1, 2, 3]',
    'self.slice(0, 2) == [1, 3]',
    'self.reverse() == [2, 3, 1]',
    '[[1], [2]].flatten() == [1, 2]',
    'lists.range(3) == [0, 1, 2]',
    'self.first().value() == 1'
  ),
  holds(
    'sets',
    short(whole),
    [1, 2],
    'sets.contains(self, [1])',
    'sets.equivalent(self, [2, 1])',
    'sets.intersects(self, [2, 3])',
    '!sets.contains(self, [5])'
  ),
  holds(
    'regex',
    text,
    'a1b22',
    "self.find('[0-9]+') == '1'",
    "self.findAll('[0-9]+') == ['1', '22']",
    "self.findAll('[0-9]+', 1) == ['1']",
    "'x'.matches('^X$') == false"
  ),
  holds(
    'quantities',
    text,
    '1500m',
    "quantity(self).isGreaterThan(quantity('1'))",
    "quantity(self).compareTo(quantity('1.5')) == 0",
    "quantity(self).add(quantity('500m')) == quantity('2')",
    "quantity('2').sub(1) == quantity('1')",
    "isQuantity('1Gi') && !isQuantity('x')",
    "quantity('3').isInteger() && quantity('3').asInteger() == 3",
    'quantity(self).asApproximateFloat() == 1.5',
    "quantity('-1').sign() == -1"
  ),
  holds(
    'urls',
    text,
    'https://user@example.com:80/path/x?a=b&a=c',
    "url(self).getScheme() == 'https'",
    "url(self).getHost() == 'example.com:80'",
    "url(self).getHostname() == 'example.com'",
    "url(self).getPort() == '80'",
    "url(self).getEscapedPath() == '/path/x'",
    "url(self).getQuery() == {'a': ['b', 'c']}",
    "isURL(self) && !isURL('no url')"
  ),
  holds(
    'addresses',
    text,
    '192.168.0.1',
    'isIP(self) && ip(self).family() == 4',
    "ip.isCanonical('127.0.0.1') && !ip.isCanonical('::FFFF')",
    "ip('127.0.0.1').isLoopback()",
    "ip('::').isUnspecified()",
    "ip('224.0.0.1').isLinkLocalMulticast()",
    'ip(self).isGlobalUnicast()',
    "cidr('192.168.0.0/24').containsIP(self)",
    "cidr('192.168.0.0/16').containsCIDR('192.168.10.0/24')",
    "cidr('192.168.0.0/24').prefixLength() == 24",
    "cidr('192.168.1.5/24').masked() == cidr('192.168.1.0/24')",
    "cidr('192.168.0.0/24').ip() == ip('192.168.0.0')",
    "isCIDR('10.0.0.0/8') && !isCIDR('10.0.0.0')",
    "string(ip('::1')) == '::1'"
  ),
  holds(
    'formats',
    text,
    'my-name',
    '!format.dns1123Label().validate(self).hasValue()',
    "format.dns1123Label().validate('Bad_Name').value().size() == 1",
    "format.named('uuid').hasValue() && !format.named('nope').hasValue()",
    "format.uuid().validate('x').hasValue()",
    "!format.date().validate('2024-01-01').hasValue()"
  ),
  holds(
    'semver',
    text,
    '1.2.3',
    "isSemver(self) && !isSemver('x')",
    'semver(self).major() == 1 && semver(self).minor() == 2 && semver(self).patch() == 3',
    "semver(self).isLessThan(semver('2.0.0'))",
    "semver(self).compareTo(semver('1.2.3')) == 0"
  ),
  holds(
    'math and conversions',
    whole,
    5,
    'math.greatest(self, 3) == 5',
    'math.least([4, self, 2]) == 2',
    'double(self) == 5.0 && string(self) == "5" && int("7") == 7',
    'uint(5) == 5u',
    'self % 2 == 1 && -self == -5',
    'timestamp("2020-01-01T00:00:00Z").getMonth() == 0',
    "duration('90m').getHours() == 1",
    'type(self) == int && dyn(self) == 5',
    'math.abs(-3) == 3 && math.ceil(1.2) == 2.0 && math.isNaN(0.0 / 0.0)'
  ),
  holds('base64', text, 'abc', "base64.encode(b'abc') == 'YWJj'", "base64.decode('YWJj') == b'abc'")
]
