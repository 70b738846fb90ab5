'use client'

import { Plus } from 'lucide-react'
import { useState, useTransition } from 'react'
import { LastUse } from '../portal/application-table.tsx'
import type { SecretView } from '../portal/application-views.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmButton } from '../ui/confirm-button.tsx'
import { CopyField } from '../ui/copy-field.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Id } from '../ui/facts.tsx'
import { Section } from '../ui/section.tsx'
import { Time } from '../ui/time.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'

export type SecretActions = {
  create: () => Promise<ActionResult<{ secret: string }>>
  remove: (secretId: string) => Promise<ActionResult>
}

/** What is said of the secrets, which differs by who uses them. */
export type SecretWords = {
  lead: string
  /** What the secret is called where it is copied, and where it is copied to. */
  label: string
  copyTo: string
  /** What deleting one that is still used does. */
  loss: string
  empty: { title: string; text: string }
  /** How one is exchanged while people go on signing in. */
  steps: readonly string[]
}

/**
 * Secrets of which two may be valid. Without `actions` they can be looked at alone; where none is `needed`, they can
 * only go.
 */
export function SecretList({
  secrets,
  needed,
  actions,
  words,
}: {
  secrets: SecretView[]
  needed: boolean
  actions: SecretActions | null
  words: SecretWords
}) {
  const columns: Column<SecretView>[] = [
    { label: 'Ends in', cell: (row) => <Id>…{row.hint}</Id> },
    { label: 'Created', cell: (row) => <Time at={row.createdAt} /> },
    { label: 'Last used', cell: (row) => <LastUse at={row.lastUsedAt} /> },
    ...(actions
      ? [
          {
            label: 'Action',
            bare: true,
            className: 'text-right',
            cell: (row: SecretView) => (
              <DeleteSecret
                secret={row}
                only={needed && secrets.length === 1}
                loss={words.loss}
                remove={actions.remove}
              />
            ),
          },
        ]
      : []),
  ]
  return (
    <Section
      title="Secrets"
      lead={words.lead}
      action={
        actions && needed && <NewSecret full={secrets.length >= 2} words={words} create={actions.create} />
      }
      flush
    >
      {secrets.length > 0 ? (
        <DataTable caption="Secrets" columns={columns} rows={secrets} rowKey={(row) => row.id} />
      ) : (
        <EmptyState title={words.empty.title}>{words.empty.text}</EmptyState>
      )}
      {actions && needed && <Exchange steps={words.steps} />}
    </Section>
  )
}

/** How many there can be, as a sentence of `lead`. */
export function howMany(count: number): string {
  return count < 2 ? 'There can be two at a time.' : 'Two is the most: delete one before you make another.'
}

function NewSecret({
  full,
  words,
  create,
}: {
  full: boolean
  words: SecretWords
  create: SecretActions['create']
}) {
  const [secret, setSecret] = useState<string | null>(null)
  const [open, setOpen] = useState(false)
  const [pending, startTransition] = useTransition()

  function make() {
    startTransition(async () => {
      const result = await create()
      if (!result.ok) return void toast.bad(result.message)
      setSecret(result.value.secret)
      setOpen(true)
    })
  }

  return (
    <>
      <Button icon={<Plus aria-hidden="true" />} pending={pending} disabled={full} onClick={make}>
        New secret
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="The new secret"
        description={`It is shown this once. ${words.copyTo}`}
      >
        <CopyField label={words.label} value={secret ?? ''} />
        <DialogButtons>
          <Button variant="primary" onClick={() => setOpen(false)}>
            I have copied it
          </Button>
        </DialogButtons>
      </Dialog>
    </>
  )
}

function DeleteSecret({
  secret,
  only,
  loss,
  remove,
}: {
  secret: SecretView
  only: boolean
  loss: string
  remove: SecretActions['remove']
}) {
  if (only) return <span className="text-muted text-sm">The only one</span>
  return (
    <ConfirmButton
      size="sm"
      label="Delete"
      title={`Delete the secret that ends in ${secret.hint}?`}
      confirmLabel="Delete secret"
      done="Deleted. It is refused from now on."
      run={() => remove(secret.id)}
    >
      <p>
        {loss} {secret.lastUsedAt ? <LastUseSentence at={secret.lastUsedAt} /> : 'It was never used.'}
      </p>
    </ConfirmButton>
  )
}

function LastUseSentence({ at }: { at: Date | string }) {
  return (
    <>
      It was last used <Time at={at} />.
    </>
  )
}

function Exchange({ steps }: { steps: readonly string[] }) {
  return (
    <div className="border-line border-t px-4 py-4 sm:px-6">
      <p className="font-medium">Exchange a secret without downtime</p>
      <ol className="mt-1 grid list-decimal gap-0.5 pl-5 text-muted">
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </div>
  )
}
