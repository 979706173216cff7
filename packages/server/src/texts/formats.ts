import type { Language } from './languages.ts'

const minute = 60_000
const units = [
  ['day', 24 * 60 * minute],
  ['hour', 60 * minute],
  ['minute', minute],
] as const

/** A duration in words, in the largest unit that says it exactly; at least a minute. */
export function duration(language: Language, ms: number): string {
  const rounded = Math.max(minute, Math.round(ms / minute) * minute)
  const [unit, size] = units.find(([, each]) => rounded % each === 0) ?? ['minute', minute]
  const style = { style: 'unit', unit, unitDisplay: 'long' } as const
  return new Intl.NumberFormat(language, style).format(rounded / size)
}

/** A moment, in UTC: nobody knows where the reader is. */
export function moment(language: Language, ms: number): string {
  const [date, time] = [
    { year: 'numeric', month: 'long', day: 'numeric' },
    { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' },
  ] as const
  return new Intl.DateTimeFormat(language, { ...date, ...time, timeZone: 'UTC' }).format(ms)
}

/** Several things as one list: `a, b and c`. */
export const listed = (language: Language, things: readonly string[]): string =>
  new Intl.ListFormat(language, { type: 'conjunction' }).format(things)
