'use client'

import { z } from 'zod'
import { changePasswordSchema } from '#lib/members/password-input.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'
import { FormFrame } from './form-frame.tsx'
import { useActionForm } from './use-action-form.ts'

/** Typed twice, because nobody sees what they type. */
const schema = changePasswordSchema
  .extend({ again: z.string() })
  .refine((values) => values.next === values.again, {
    path: ['again'],
    message: 'The two do not match',
  })

/** A member's own password. `save` also ends their other sessions. */
export function ChangePassword({
  email,
  save,
}: {
  email: string
  save: (values: { current: string; next: string }) => Promise<ActionResult>
}) {
  const { form, field, submit, pending, refusal } = useActionForm({
    schema,
    defaults: { current: '', next: '', again: '' },
    action: ({ current, next }) => save({ current, next }),
    done: () => {
      form.reset()
      toast.good('Your password is changed; other sessions have been ended.')
    },
  })
  return (
    <FormFrame
      submit={submit}
      refusal={refusal}
      buttons={
        <Button type="submit" variant="primary" className="mt-6" pending={pending}>
          Change password
        </Button>
      }
    >
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <TextField
        label="Current password"
        type="password"
        autoComplete="current-password"
        {...field('current')}
      />
      <TextField
        label="New password"
        type="password"
        autoComplete="new-password"
        hint="At least 12 characters."
        {...field('next')}
      />
      <TextField
        label="New password, again"
        type="password"
        autoComplete="new-password"
        {...field('again')}
      />
    </FormFrame>
  )
}
