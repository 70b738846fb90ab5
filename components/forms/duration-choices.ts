const minute = 60
const hour = 60 * minute
const day = 24 * hour

export type DurationChoice = { seconds: number; label: string }

/** Times to choose from between two limits in seconds, and the present one where it is none of the usual. */
export function durationChoices(least: number, most: number, present: number): DurationChoice[] {
  const usual = [
    5 * minute, 15 * minute, 30 * minute, hour, 2 * hour, 4 * hour, 8 * hour, 12 * hour, day, 2 * day, 7 * day, 14 * day,
    30 * day, 60 * day, 90 * day,
  ] // biome-ignore format: a row of numbers
  return [...new Set([...usual, present])]
    .filter((seconds) => (seconds >= least && seconds <= most) || seconds === present)
    .sort((a, b) => a - b)
    .map((seconds) => ({ seconds, label: describeDuration(seconds) }))
}

/** `8 hours`, `1 day`; in the greatest unit that needs no fraction. */
export function describeDuration(seconds: number): string {
  const units: [number, string][] = [
    [day, 'day'],
    [hour, 'hour'],
    [minute, 'minute'],
    [1, 'second'],
  ]
  const [size, name] = units.find(([unit]) => seconds % unit === 0)!
  const count = seconds / size
  return `${count} ${name}${count === 1 ? '' : 's'}`
}
