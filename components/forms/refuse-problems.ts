import type { z } from 'zod'

/** What a schema of the API says is wrong, told under the field of the form it is about; of lists, with the line. */
export function refuseProblems(
  parsed: z.ZodSafeParseResult<unknown>,
  context: Pick<z.RefinementCtx, 'addIssue'>,
): void {
  for (const { path, message } of parsed.error?.issues ?? []) {
    const [field, ...deeper] = path
    const place =
      typeof deeper[0] === 'number'
        ? `line ${deeper[0] + 1} `
        : deeper.map((part) => `${String(part)} `).join('')
    context.addIssue({
      code: 'custom',
      path: field === undefined ? [] : [field],
      message: place + message,
    })
  }
}
