'use client'

import { Plus } from 'lucide-react'
import { useState } from 'react'
import { newNamespaceSchema } from '#lib/directory/namespace-input.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import type { ActionResult } from './action-result.ts'
import { FormFrame } from './form-frame.tsx'
import { useActionForm } from './use-action-form.ts'

type Create = (values: { name: string }) => Promise<ActionResult>

/** The button "New namespace" with its dialog. `create` goes to the page of the new one. */
export function NewNamespace({ create }: { create: Create }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button variant="primary" icon={<Plus aria-hidden="true" />} onClick={() => setOpen(true)}>
        New namespace
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="New namespace"
        description="A namespace is a named group of users. Nobody is in a new one."
      >
        <NewNamespaceForm create={create} cancel={() => setOpen(false)} />
      </Dialog>
    </>
  )
}

function NewNamespaceForm({ create, cancel }: { create: Create; cancel: () => void }) {
  const { field, submit, pending, refusal } = useActionForm({
    schema: newNamespaceSchema,
    defaults: { name: '' },
    action: create,
  })
  return (
    <FormFrame
      submit={submit}
      refusal={refusal}
      buttons={
        <DialogButtons>
          <Button onClick={cancel}>Cancel</Button>
          <Button type="submit" variant="primary" pending={pending}>
            Create namespace
          </Button>
        </DialogButtons>
      }
    >
      <TextField
        label="Name"
        placeholder="support"
        autoComplete="off"
        spellCheck={false}
        hint="Imports, claims and rules call it by this name, which stays as it is."
        {...field('name')}
      />
    </FormFrame>
  )
}
