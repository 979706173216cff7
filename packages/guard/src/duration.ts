const units: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 }

/** Seconds of a time such as `'5m'` or `'24h'`, or of a number of seconds; undefined for anything else. */
export function readDuration(time: unknown): number | undefined {
  if (typeof time === 'number') return Number.isFinite(time) && time >= 0 ? time : undefined
  if (typeof time !== 'string') return undefined
  const [, amount, unit = ''] = /^(\d{1,12}(?:\.\d{1,9})?)(ms|s|m|h|d)$/.exec(time) ?? []
  const factor = units[unit]
  return amount === undefined || factor === undefined ? undefined : Number(amount) * factor
}
