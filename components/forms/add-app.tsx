'use client'

import { Smartphone } from 'lucide-react'
import { useState } from 'react'
import { z } from 'zod'
import { CopyField } from '../ui/copy-field.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import type { ActionResult } from './action-result.ts'
import { DialogForm } from './dialog-form.tsx'
import type { AddedFactor } from './recovery-codes.tsx'
import { useActionForm } from './use-action-form.ts'
import { type OwnPassword, WithPassword } from './with-password.tsx'

type App = { id: string; secret: string; qr: string }

export type AppActions = {
  beginApp: (values: OwnPassword) => Promise<ActionResult<App>>
  finishApp: (values: { id: string; code: string }) => Promise<ActionResult<AddedFactor>>
}

/** The button that adds an authenticator app: the password first, then what the app scans, and its first code. */
export function AddApp({
  hasPassword,
  actions,
  done,
}: {
  hasPassword: boolean
  actions: AppActions
  done: (added: AddedFactor) => void
}) {
  const [app, setApp] = useState<App | null>(null)
  return (
    <>
      <WithPassword
        label="Add authenticator app"
        icon={<Smartphone aria-hidden="true" />}
        title="Set up an authenticator app?"
        confirmLabel="Continue"
        sentence="It shows a code that is asked for after your password."
        hasPassword={hasPassword}
        act={actions.beginApp}
        done={setApp}
      />
      <Dialog
        open={app !== null}
        onOpenChange={(next) => !next && setApp(null)}
        title="Add an authenticator app"
        description="Scan the code with the app, then type the six digits it shows."
      >
        {app && (
          <AppForm
            app={app}
            finish={actions.finishApp}
            close={() => setApp(null)}
            done={(added) => {
              setApp(null)
              done(added)
            }}
          />
        )}
      </Dialog>
    </>
  )
}

const codeSchema = z.object({ code: z.string().trim().min(1, 'Enter the code') })

function AppForm({
  app,
  finish,
  close,
  done,
}: {
  app: App
  finish: AppActions['finishApp']
  close: () => void
  done: (added: AddedFactor) => void
}) {
  const { field, submit, pending, refusal } = useActionForm({
    schema: codeSchema,
    defaults: { code: '' },
    action: ({ code }) => finish({ id: app.id, code }),
    done,
  })
  return (
    <DialogForm submit={submit} refusal={refusal} pending={pending} close={close} label="Add app">
      {/* White in the dark as well: cameras need the contrast. */}
      {/* biome-ignore lint/performance/noImgElement: it is drawn here, nothing is loaded */}
      <img
        src={`data:image/svg+xml;utf8,${encodeURIComponent(app.qr)}`}
        alt="QR code for the authenticator app"
        className="mx-auto size-48 rounded-lg bg-white p-2"
      />
      <CopyField label="Or type this secret" value={app.secret} />
      <TextField
        label="Code"
        mono
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={20}
        {...field('code')}
      />
    </DialogForm>
  )
}
