'use client'

import { KeyRound } from 'lucide-react'
import { z } from 'zod'
import { DialogButton } from '../ui/dialog-button.tsx'
import { TextField } from '../ui/field.tsx'
import type { ActionResult } from './action-result.ts'
import { DialogForm } from './dialog-form.tsx'
import { makePasskey } from './passkeys.ts'
import type { AddedFactor } from './recovery-codes.tsx'
import { useActionForm } from './use-action-form.ts'
import { type OwnPassword, OwnPasswordField, passwordWhere } from './with-password.tsx'

export type PasskeyActions = {
  beginPasskey: (values: OwnPassword) => Promise<ActionResult<object>>
  finishPasskey: (values: { answer: string; name: string }) => Promise<ActionResult<AddedFactor>>
}

type Adding = { hasPassword: boolean; actions: PasskeyActions; done: (added: AddedFactor) => void }

/** The button that adds a passkey: the password, and a name for it. */
export function AddPasskey(adding: Adding) {
  return (
    <DialogButton
      icon={<KeyRound aria-hidden="true" />}
      label="Add passkey"
      title="Add a passkey"
      description="Kept by this device, a phone or a security key, and opened by finger, face or PIN."
    >
      {(close) => <PasskeyForm {...adding} close={close} />}
    </DialogButton>
  )
}

function PasskeyForm({ hasPassword, actions, done, close }: Adding & { close: () => void }) {
  const { field, submit, pending, refusal } = useActionForm({
    schema: z.object({
      name: z.string().trim().min(1, 'Enter a name').max(100),
      password: passwordWhere(hasPassword),
    }),
    defaults: { name: 'Passkey', password: '' },
    action: async ({ name, password }): Promise<ActionResult<AddedFactor>> => {
      const begun = await actions.beginPasskey({ password })
      if (!begun.ok) return begun
      const answer = await makePasskey(begun.value)
      return answer === null
        ? { ok: false, message: 'No passkey was made. Try again, or use another device.', fields: [] }
        : actions.finishPasskey({ answer, name })
    },
    done: (added) => {
      close()
      done(added)
    },
  })
  return (
    <DialogForm submit={submit} refusal={refusal} pending={pending} close={close} label="Make passkey">
      <TextField
        label="Name"
        autoComplete="off"
        hint="By which you tell it from others."
        {...field('name')}
      />
      {hasPassword && <OwnPasswordField {...field('password')} />}
    </DialogForm>
  )
}
