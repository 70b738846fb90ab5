/** Light, dark, or what the reader's system says. */
export type Theme = 'system' | 'light' | 'dark'

/** Read on the server, so that the first paint is already right. */
export const themeCookie = 'theme'

/** Anything but a known theme counts as `system`. */
export function parseTheme(value: string | undefined): Theme {
  return value === 'light' || value === 'dark' ? value : 'system'
}
