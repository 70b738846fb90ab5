'use client'

import { z } from 'zod'
import { givenPassword } from '#lib/passwords/password-rules.ts'
import { ConfirmButton } from '../ui/confirm-button.tsx'
import { DialogButton } from '../ui/dialog-button.tsx'
import { TextField } from '../ui/field.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'
import { DialogForm } from './dialog-form.tsx'
import { useActionForm } from './use-action-form.ts'

type SetPassword = (values: { password: string }) => Promise<ActionResult>

/** Buttons that give a user a password, another one, or none. */
export function UserPassword({
  who,
  hasPassword,
  set,
  remove,
}: {
  who: string
  hasPassword: boolean
  set: SetPassword
  remove: () => Promise<ActionResult>
}) {
  const label = hasPassword ? 'Change password' : 'Set password'
  return (
    <div className="flex flex-wrap gap-2">
      <DialogButton
        label={label}
        title={label}
        description={`${who} is signed out everywhere, and signs in with the new password from then on.`}
      >
        {(close) => <PasswordForm who={who} label={label} set={set} close={close} />}
      </DialogButton>
      {hasPassword && (
        <ConfirmButton
          label="Remove password"
          title={`Remove the password of ${who}?`}
          confirmLabel="Remove password"
          done="The password is removed."
          run={remove}
        >
          <p>
            <strong>{who}</strong> is signed out everywhere, and can sign in through connections alone.
          </p>
        </ConfirmButton>
      )}
    </div>
  )
}

const schema = z.object({ password: givenPassword })

function PasswordForm({
  who,
  label,
  set,
  close,
}: {
  who: string
  label: string
  set: SetPassword
  close: () => void
}) {
  const { field, submit, pending, refusal } = useActionForm({
    schema,
    defaults: { password: '' },
    action: set,
    done: () => {
      close()
      toast.good(`${who} has a new password and is signed out everywhere.`)
    },
  })
  return (
    <DialogForm submit={submit} refusal={refusal} pending={pending} close={close} label={label}>
      <TextField
        label="New password"
        type="password"
        autoComplete="new-password"
        hint="At least 8 characters. Tell it to them in a way that only they can read."
        {...field('password')}
      />
    </DialogForm>
  )
}
