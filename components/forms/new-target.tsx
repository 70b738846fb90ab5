'use client'

import { useState } from 'react'
import { targetPath } from '../portal/addresses.ts'
import { Button } from '../ui/button.tsx'
import { CopyField } from '../ui/copy-field.tsx'
import { Disclosure } from '../ui/disclosure.tsx'
import { TextField } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { type Crumb, PageHeader } from '../ui/page-header.tsx'
import { Section } from '../ui/section.tsx'
import type { ActionResult } from './action-result.ts'
import { CreatedFrame } from './created-frame.tsx'
import type { Known } from './known-fields.tsx'
import { PageForm } from './page-form.tsx'
import {
  TargetClaimFields,
  type TargetField,
  TargetPeopleFields,
  TargetPlaceFields,
} from './target-fields.tsx'
import { type NewTargetValues, newTargetForm } from './target-schemas.ts'
import { useActionForm } from './use-action-form.ts'

/** What there is to show once. */
export type CreatedTarget = { id: string; name: string; ssoUrl: string; audience: string; secret: string }

type Create = (values: NewTargetValues) => Promise<ActionResult<CreatedTarget>>

/** The form that makes a target, and in its place what was made. */
export function NewTarget({
  trail,
  tenant,
  known,
  create,
}: {
  trail: Crumb[]
  tenant: string
  known: Known
  create: Create
}) {
  const [created, setCreated] = useState<CreatedTarget | null>(null)
  if (created) return <Created trail={trail} target={created} />
  return (
    <>
      <PageHeader
        trail={trail}
        title="New JWT SSO target"
        lead="A product that sends people to an SSO URL and takes them back with a signed token. We are that URL."
      />
      <NewTargetForm tenant={tenant} known={known} create={create} done={setCreated} />
    </>
  )
}

function NewTargetForm({
  tenant,
  known,
  create,
  done,
}: {
  tenant: string
  known: Known
  create: Create
  done: (target: CreatedTarget) => void
}) {
  const { field, submit, pending, refusal } = useActionForm({
    schema: newTargetForm,
    defaults: { name: '', baseUrl: '', audience: '', tenant, product: '', claims: '', tags: '', secret: '' },
    action: create,
    done,
  })
  const register = field as TargetField
  return (
    <PageForm
      submit={submit}
      refusal={refusal}
      buttons={
        <Button type="submit" variant="primary" size="lg" pending={pending}>
          Create target
        </Button>
      }
    >
      <Section title="1. Where people go on to">
        <div className="grid max-w-2xl gap-5">
          <TargetPlaceFields field={register} />
        </div>
      </Section>
      <Section title="2. Whose people">
        <div className="grid max-w-2xl gap-5">
          <TargetPeopleFields field={register} known={known} />
        </div>
      </Section>
      <Section title="3. What it learns of them">
        <div className="grid max-w-2xl gap-5">
          <TargetClaimFields field={register} />
          <Disclosure summary="The product has given us a secret">
            <TextField
              label="Its secret"
              optional
              mono
              autoComplete="off"
              spellCheck={false}
              hint="At least 64 bytes, used as text. Leave it empty, and one is made."
              {...field('secret')}
            />
          </Disclosure>
        </div>
      </Section>
    </PageForm>
  )
}

function Created({ trail, target }: { trail: Crumb[]; target: CreatedTarget }) {
  const { id, name, ssoUrl, audience, secret } = target
  return (
    <CreatedFrame
      trail={trail}
      title={name}
      lead="The target is there. Give the product these values."
      open={{ href: targetPath(id), label: 'Open the target' }}
    >
      <Notice tone="warn" live title="The secret is shown this once">
        Copy it now. It rests sealed here and is never shown again; if it is lost, exchange it on the page of
        the target.
      </Notice>
      <Section title="For the product">
        <div className="grid max-w-2xl gap-5">
          <CopyField
            label="SSO URL"
            value={ssoUrl}
            hint="The product adds return_to_path, and return_to_params where it needs to."
          />
          <CopyField
            label="Secret"
            value={secret}
            hint="The key of HS512 is this text as it stands, not decoded."
          />
          <CopyField label="Audience" value={audience} />
        </div>
      </Section>
    </CreatedFrame>
  )
}
