'use client'

import { zodResolver } from '@hookform/resolvers/zod'
import { useState, useTransition } from 'react'
import { type DefaultValues, type FieldValues, type Path, useForm } from 'react-hook-form'
import type { ZodType, z } from 'zod'
import type { ActionResult } from './action-result.ts'
import { toSentence } from './to-sentence.ts'

/**
 * A form that checks itself with `schema`, hands its values to a server action, and shows what that refuses:
 * under the fields it names, otherwise as `refusal`. `done` runs when the action has accepted.
 */
export function useActionForm<Schema extends ZodType<FieldValues, FieldValues>, Value>({
  schema,
  defaults,
  action,
  done,
}: {
  schema: Schema
  defaults: DefaultValues<z.input<Schema>>
  action: (values: z.output<Schema>) => Promise<ActionResult<Value>>
  done?: (value: Value) => void
}) {
  const form = useForm<z.input<Schema>, unknown, z.output<Schema>>({
    resolver: zodResolver(schema) as never,
    defaultValues: defaults,
    mode: 'onTouched',
  })
  const [refusal, setRefusal] = useState<string | null>(null)
  const [pending, startTransition] = useTransition()

  function accept(result: ActionResult<Value>) {
    if (result.ok) return done?.(result.value)
    const known = result.fields.filter(({ path }) => root(path) in form.getValues())
    for (const { path, message } of known) {
      form.setError(root(path) as Path<z.input<Schema>>, { message }, { shouldFocus: true })
    }
    if (known.length === 0) setRefusal(result.message)
  }

  const submit = form.handleSubmit((values) => {
    setRefusal(null)
    startTransition(async () => accept(await action(values)))
  })

  /** Everything a field needs: how it registers and what is wrong with it. */
  function field(name: Path<z.input<Schema>>) {
    const { error } = form.getFieldState(name, form.formState)
    const message = error?.message ?? nested(error)
    return { ...form.register(name), error: message && toSentence(message) }
  }

  return { form, field, submit, pending, refusal, dirty: form.formState.isDirty }
}

/** `redirectUrls.0` is shown at `redirectUrls`. */
function root(path: string): string {
  return path.split('.')[0] ?? path
}

/** The first error inside a list, which has none of its own. */
function nested(error: unknown): string | undefined {
  if (!Array.isArray(error)) return undefined
  return error.find((item) => item?.message)?.message
}
