'use client'

import { KeyRound, Smartphone } from 'lucide-react'
import { useState } from 'react'
import { Time } from '../ui/time.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'
import { AddApp, type AppActions } from './add-app.tsx'
import { AddPasskey, type PasskeyActions } from './add-passkey.tsx'
import { type AddedFactor, RecoveryCodes } from './recovery-codes.tsx'
import { type OwnPassword, WithPassword } from './with-password.tsx'

export type FactorRow = {
  id: string
  kind: 'totp' | 'passkey'
  name: string
  createdAt: Date | string
  lastUsedAt: Date | string | null
}

export type FactorActions = AppActions &
  PasskeyActions & {
    remove: (id: string, values: OwnPassword) => Promise<ActionResult>
    renewCodes: (values: OwnPassword) => Promise<ActionResult<string[]>>
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
  const added = ({ name, recoveryCodes }: AddedFactor) => {
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
        <AddApp hasPassword={hasPassword} actions={actions} done={added} />
        <AddPasskey hasPassword={hasPassword} actions={actions} done={added} />
        {factors.length > 0 && (
          <WithPassword
            label="New recovery codes"
            title="Make new recovery codes?"
            confirmLabel="Make new codes"
            sentence="Those you have now will not work any more."
            hasPassword={hasPassword}
            act={actions.renewCodes}
            done={setCodes}
          />
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
