/** ISO 8601 periods, as rickb777/date reads them and as it turns them into a duration. */

const number = String.raw`(\d+(?:[.,]\d+)?)`
const form = new RegExp(
  `^([+-])?P(?:${number}Y)?(?:${number}M)?(?:${number}W)?(?:${number}D)?(?:T(?:${number}H)?(?:${number}M)?(?:${number}S)?)?$`
)

const SECOND = 1_000
const DAY = 86_400 * SECOND
/** Milliseconds of the parts in their order: years and months are those of the Gregorian calendar on average. */
const lengths = [365.2425 * DAY, 30.436875 * DAY, 7 * DAY, DAY, 3_600 * SECOND, 60 * SECOND, SECOND]

/**
 * The length of an ISO 8601 period (`PT0.2S`, `P1DT12H`) in milliseconds; undefined for what is none. A sign may stand before it; every part may
 * have a fraction, after a dot or a comma. Letters are capitals.
 */
export function parsePeriod(text: string): number | undefined {
  const match = form.exec(text)
  if (match === null) return undefined
  const [, sign, ...parts] = match
  if (parts.every((part) => part === undefined)) return undefined
  const length = parts.reduce((sum, part = '0', index) => sum + Number(part.replace(',', '.')) * (lengths[index] ?? 0), 0)
  return length === 0 ? 0 : Math.round(sign === '-' ? -length : length)
}
