'use client'

import { Plus } from 'lucide-react'
import { newNamespaceSchema } from '#lib/directory/namespace-input.ts'
import { DialogButton } from '../ui/dialog-button.tsx'
import { TextField } from '../ui/field.tsx'
import type { ActionResult } from './action-result.ts'
import { DialogForm } from './dialog-form.tsx'
import { useActionForm } from './use-action-form.ts'

type Create = (values: { name: string }) => Promise<ActionResult>

/** The button "New namespace" with its dialog. `create` goes to the page of the new one. */
export function NewNamespace({ create }: { create: Create }) {
  return (
    <DialogButton
      variant="primary"
      icon={<Plus aria-hidden="true" />}
      label="New namespace"
      title="New namespace"
      description="A namespace is a named group of users. Nobody is in a new one."
    >
      {(close) => <NewNamespaceForm create={create} cancel={close} />}
    </DialogButton>
  )
}

function NewNamespaceForm({ create, cancel }: { create: Create; cancel: () => void }) {
  const { field, submit, pending, refusal } = useActionForm({
    schema: newNamespaceSchema,
    defaults: { name: '' },
    action: create,
  })
  return (
    <DialogForm submit={submit} refusal={refusal} pending={pending} close={cancel} label="Create namespace">
      <TextField
        label="Name"
        placeholder="support"
        autoComplete="off"
        spellCheck={false}
        hint="Imports, claims and rules call it by this name, which stays as it is."
        {...field('name')}
      />
    </DialogForm>
  )
}
