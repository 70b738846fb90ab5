'use client'

import { KeyRound, Smartphone } from 'lucide-react'
import { useState, useTransition } from 'react'
import { z } from 'zod'
import { Button } from '../ui/button.tsx'
import { CopyField } from '../ui/copy-field.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { DialogButton } from '../ui/dialog-button.tsx'
import { TextField } from '../ui/field.tsx'
import { Time } from '../ui/time.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'
import { DialogForm } from './dialog-form.tsx'
import { makePasskey } from './passkeys.ts'
import { RecoveryCodes } from './recovery-codes.tsx'
import { useActionForm } from './use-action-form.ts'

export type FactorRow = {
  id: string
  kind: 'totp' | 'passkey'
  name: string
  createdAt: Date | string
  lastUsedAt: Date | string | null
}

type Added = { name: string; recoveryCodes: string[] | null }
type App = { id: string; secret: string; qr: string }

export type FactorActions = {
  beginApp: () => Promise<ActionResult<App>>
  finishApp: (values: { id: string; code: string }) => Promise<ActionResult<Added>>
  beginPasskey: () => Promise<ActionResult<object>>
  finishPasskey: (values: { answer: string; name: string }) => Promise<ActionResult<Added>>
  remove: (id: string, values: { password: string }) => Promise<ActionResult>
  renewCodes: (values: { password: string }) => Promise<ActionResult<string[]>>
}

/** A member's second factors, with ways to add and remove them. Recovery codes are shown once. */
export function SecondFactors({
  factors,
  codesLeft,
  hasPassword,
  actions,
}: {
  factors: FactorRow[]
  codesLeft: number
  hasPassword: boolean
  actions: FactorActions
}) {
  const [codes, setCodes] = useState<string[] | null>(null)
  const added = ({ name, recoveryCodes }: Added) => {
    toast.good(`“${name}” is asked for from now on.`)
    if (recoveryCodes) setCodes(recoveryCodes)
  }
  return (
    <div className="grid gap-5">
      {factors.length > 0 && (
        <ul className="divide-y divide-line rounded-lg border border-line">
          {factors.map((factor) => (
            <Factor key={factor.id} factor={factor} hasPassword={hasPassword} remove={actions.remove} />
          ))}
        </ul>
      )}
      <div className="flex flex-wrap gap-2">
        <AddApp begin={actions.beginApp} finish={actions.finishApp} done={added} />
        <AddPasskey begin={actions.beginPasskey} finish={actions.finishPasskey} done={added} />
        {factors.length > 0 && (
          <RenewCodes hasPassword={hasPassword} renew={actions.renewCodes} done={setCodes} />
        )}
      </div>
      {factors.length > 0 && (
        <p className="text-muted text-sm">
          {codesLeft === 0
            ? 'You have no recovery codes left: make new ones for the day you lose these.'
            : codesLeft === 1
              ? 'One recovery code is left.'
              : `${codesLeft} recovery codes are left.`}
        </p>
      )}
      <RecoveryCodes codes={codes} close={() => setCodes(null)} />
    </div>
  )
}

function Factor({
  factor,
  hasPassword,
  remove,
}: {
  factor: FactorRow
  hasPassword: boolean
  remove: FactorActions['remove']
}) {
  const Icon = factor.kind === 'totp' ? Smartphone : KeyRound
  return (
    <li className="flex flex-wrap items-center justify-between gap-3 px-4 py-3">
      <div className="flex min-w-0 flex-1 basis-56 items-start gap-3">
        <Icon className="mt-0.5 size-4 shrink-0 text-muted" aria-hidden="true" />
        <div className="min-w-0">
          <p className="break-words font-medium">{factor.name}</p>
          <p className="text-muted text-sm">
            Added <Time at={factor.createdAt} />
            {factor.lastUsedAt && (
              <>
                , last used <Time at={factor.lastUsedAt} />
              </>
            )}
          </p>
        </div>
      </div>
      <WithPassword
        label="Remove"
        title={`Remove “${factor.name}”?`}
        confirmLabel="Remove"
        sentence="It is not asked for any more, and with the last one your password alone opens the portal."
        danger
        hasPassword={hasPassword}
        act={remove.bind(null, factor.id)}
        done={() => toast.good('Removed.')}
      />
    </li>
  )
}

function RenewCodes({
  hasPassword,
  renew,
  done,
}: {
  hasPassword: boolean
  renew: FactorActions['renewCodes']
  done: (codes: string[]) => void
}) {
  return (
    <WithPassword
      label="New recovery codes"
      title="Make new recovery codes?"
      confirmLabel="Make new codes"
      sentence="Those you have now will not work any more."
      hasPassword={hasPassword}
      act={renew}
      done={done}
    />
  )
}

const codeSchema = z.object({ code: z.string().trim().min(1, 'Enter the code') })

function AddApp({
  begin,
  finish,
  done,
}: {
  begin: FactorActions['beginApp']
  finish: FactorActions['finishApp']
  done: (added: Added) => void
}) {
  const [app, setApp] = useState<App | null>(null)
  const [pending, startTransition] = useTransition()
  function open() {
    startTransition(async () => {
      const begun = await begin()
      if (begun.ok) setApp(begun.value)
      else toast.bad(begun.message)
    })
  }
  return (
    <>
      <Button icon={<Smartphone aria-hidden="true" />} pending={pending} onClick={open}>
        Add authenticator app
      </Button>
      <Dialog
        open={app !== null}
        onOpenChange={(next) => !next && setApp(null)}
        title="Add an authenticator app"
        description="Scan the code with the app, then type the six digits it shows."
      >
        {app && (
          <AppForm
            app={app}
            finish={finish}
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

function AppForm({
  app,
  finish,
  close,
  done,
}: {
  app: App
  finish: FactorActions['finishApp']
  close: () => void
  done: (added: Added) => void
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

function AddPasskey({
  begin,
  finish,
  done,
}: {
  begin: FactorActions['beginPasskey']
  finish: FactorActions['finishPasskey']
  done: (added: Added) => void
}) {
  return (
    <DialogButton
      icon={<KeyRound aria-hidden="true" />}
      label="Add passkey"
      title="Add a passkey"
      description="Kept by this device, a phone or a security key, and opened by finger, face or PIN."
    >
      {(close) => <PasskeyForm begin={begin} finish={finish} close={close} done={done} />}
    </DialogButton>
  )
}

const passkeySchema = z.object({ name: z.string().trim().min(1, 'Enter a name').max(100) })

function PasskeyForm({
  begin,
  finish,
  close,
  done,
}: {
  begin: FactorActions['beginPasskey']
  finish: FactorActions['finishPasskey']
  close: () => void
  done: (added: Added) => void
}) {
  const { field, submit, pending, refusal } = useActionForm({
    schema: passkeySchema,
    defaults: { name: 'Passkey' },
    action: async ({ name }): Promise<ActionResult<Added>> => {
      const begun = await begin()
      if (!begun.ok) return begun
      const answer = await makePasskey(begun.value)
      return answer === null
        ? { ok: false, message: 'No passkey was made. Try again, or use another device.', fields: [] }
        : finish({ answer, name })
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
    </DialogForm>
  )
}

type Asked<Value> = {
  confirmLabel: string
  danger?: boolean
  hasPassword: boolean
  act: (values: { password: string }) => Promise<ActionResult<Value>>
  done: (value: Value) => void
}

/** A button whose deed takes the password once more; who has none is only asked whether they mean it. */
function WithPassword<Value>({
  label,
  title,
  sentence,
  ...asked
}: Asked<Value> & { label: string; title: string; sentence: string }) {
  const { danger } = asked
  return (
    <DialogButton
      variant={danger ? 'danger-quiet' : 'secondary'}
      size={danger ? 'sm' : 'md'}
      label={label}
      title={title}
      description={sentence}
    >
      {(close) => <PasswordForm {...asked} close={close} />}
    </DialogButton>
  )
}

function PasswordForm<Value>({
  confirmLabel,
  danger,
  hasPassword,
  act,
  done,
  close,
}: Asked<Value> & { close: () => void }) {
  const { field, submit, pending, refusal } = useActionForm({
    schema: z.object({ password: hasPassword ? z.string().min(1, 'Enter your password') : z.string() }),
    defaults: { password: '' },
    action: act,
    done: (value) => {
      close()
      done(value)
    },
  })
  return (
    <DialogForm
      submit={submit}
      refusal={refusal}
      pending={pending}
      close={close}
      label={confirmLabel}
      variant={danger ? 'danger' : 'primary'}
    >
      {hasPassword && (
        <TextField
          label="Your password"
          type="password"
          autoComplete="current-password"
          {...field('password')}
        />
      )}
    </DialogForm>
  )
}
