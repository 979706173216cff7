const width = 24

/** What was done since something started: things, and the share of the whole that they are. */
export interface Done {
  readonly done: number
  readonly share: number
  readonly seconds: number
}

/**
 * A line that shows how far something is: a bar, how many a second, and how long the rest will take.
 *
 * @param share of the whole that is done, 0 to 1, also before this started
 * @example progressLine(0.5, { done: 2_000, share: 0.5, seconds: 1 }) // [############            ]  50 %  2,000/s  1 s left
 */
export function progressLine(share: number, { done, share: since, seconds }: Done): string {
  const filled = Math.round(share * width)
  const bar = `[${'#'.repeat(filled)}${' '.repeat(width - filled)}]`
  const rate = seconds > 0 ? Math.round(done / seconds).toLocaleString('en') : '0'
  const left = since > 0 ? duration(Math.ceil((seconds / since) * (1 - share))) : '…'
  return `${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${rate}/s  ${left} left`
}

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`
  return seconds < 3600 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3600)} h`
}
