/**
 * The key of a form that shows these settings: it begins anew when they are others, and keeps what is typed in it when
 * only something beside them has changed.
 */
export function keyOf(settings: unknown): string {
  return JSON.stringify(settings)
}
