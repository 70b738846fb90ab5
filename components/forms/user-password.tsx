'use client'

import { useState } from 'react'
import { z } from 'zod'
import { givenPassword } from '#lib/passwords/password-rules.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmButton } from '../ui/confirm-button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'
import { FormFrame } from './form-frame.tsx'
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
  const [open, setOpen] = useState(false)
  const label = hasPassword ? 'Change password' : 'Set password'
  return (
    <div className="flex flex-wrap gap-2">
      <Button onClick={() => setOpen(true)}>{label}</Button>
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
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={label}
        description={`${who} is signed out everywhere, and signs in with the new password from then on.`}
      >
        <PasswordForm who={who} label={label} set={set} close={() => setOpen(false)} />
      </Dialog>
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
    <FormFrame
      submit={submit}
      refusal={refusal}
      buttons={
        <DialogButtons>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" variant="primary" pending={pending}>
            {label}
          </Button>
        </DialogButtons>
      }
    >
      <TextField
        label="New password"
        type="password"
        autoComplete="new-password"
        hint="At least 8 characters. Tell it to them in a way that only they can read."
        {...field('password')}
      />
    </FormFrame>
  )
}
