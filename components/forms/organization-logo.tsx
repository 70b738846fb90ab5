'use client'

import { ImageUp } from 'lucide-react'
import { useId, useState } from 'react'
import { isVestibuleError } from '#lib/base/errors.ts'
import { logoTypes, parseLogo } from '#lib/organizations/logo-image.ts'
import { type LogoUpload, logoUploadSchema } from '#lib/organizations/organization-input.ts'
import { BrandPreview } from '../portal/brand-preview.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { ConfirmButton } from '../ui/confirm-button.tsx'
import { cx } from '../ui/cx.ts'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'
import { FormFrame } from './form-frame.tsx'
import { useActionForm } from './use-action-form.ts'

type OrganizationLogoProps = {
  name: string
  /** Address of the logo there is. */
  logo: string | null
  save: (values: LogoUpload) => Promise<ActionResult>
  remove: () => Promise<ActionResult>
}

/** The logo: what is there, what was chosen in its place, and at once whether that can be one. */
export function OrganizationLogo({ name, logo, save, remove }: OrganizationLogoProps) {
  const [chosen, setChosen] = useState<string | null>(null)
  const { form, field, submit, pending, refusal } = useActionForm({
    schema: logoUploadSchema,
    defaults: {},
    action: save,
    done: () => {
      drop()
      toast.good('Saved.')
    },
  })
  const { error } = field('logo')

  function drop() {
    form.reset({})
    setChosen(null)
  }

  async function take(files: FileList | null) {
    const [file] = files ?? []
    if (!file) return
    drop()
    const problem = await findProblem(file)
    if (problem) return form.setError('logo', { message: problem })
    form.setValue('logo', file)
    setChosen(await toDataUrl(file))
  }

  return (
    <FormFrame
      submit={submit}
      refusal={refusal}
      buttons={
        chosen ? (
          <div className="mt-4 flex flex-wrap gap-2">
            <Button type="submit" variant="primary" pending={pending}>
              Save logo
            </Button>
            <Button variant="quiet" disabled={pending} onClick={drop}>
              Discard
            </Button>
          </div>
        ) : (
          logo && <RemoveLogo name={name} remove={remove} />
        )
      }
    >
      <BrandPreview name={name} logo={chosen ?? logo} />
      <ImageField
        label={logo || chosen ? 'Choose another image' : 'Choose an image'}
        error={error}
        take={take}
      />
    </FormFrame>
  )
}

function ImageField({
  label,
  error,
  take,
}: {
  label: string
  error: string | undefined
  take: (files: FileList | null) => Promise<void>
}) {
  const id = useId()
  return (
    <div className="grid gap-1.5">
      <label
        className={cx(
          buttonClass(),
          'w-fit has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2',
        )}
      >
        <ImageUp aria-hidden="true" />
        {label}
        <input
          type="file"
          accept={logoTypes.join()}
          className="sr-only"
          aria-invalid={error ? true : undefined}
          aria-describedby={cx(error && `${id}-error`, `${id}-hint`)}
          onChange={(event) => {
            void take(event.currentTarget.files)
            event.currentTarget.value = ''
          }}
        />
      </label>
      {error && (
        <p id={`${id}-error`} role="alert" className="text-bad text-sm">
          {error}
        </p>
      )}
      <p id={`${id}-hint`} className="max-w-2xl text-muted text-sm">
        A PNG, JPEG, WebP or GIF image of at most 256 KB, no side longer than 2048 pixels. It is shown at most
        192 pixels wide and 48 high: see that it can be read on both grounds.
      </p>
    </div>
  )
}

function RemoveLogo({ name, remove }: Pick<OrganizationLogoProps, 'name' | 'remove'>) {
  return (
    <div className="mt-4">
      <ConfirmButton
        label="Remove logo"
        title="Remove the logo?"
        confirmLabel="Remove logo"
        done="Removed."
        run={remove}
      >
        Pages show the name <strong>{name}</strong> instead. The image is not kept here.
      </ConfirmButton>
    </div>
  )
}

/** Why this file can be no logo, as the server would say it; null when it can. */
async function findProblem(file: File): Promise<string | null> {
  const sized = logoUploadSchema.safeParse({ logo: file })
  if (!sized.success) return sized.error.issues[0]!.message
  try {
    parseLogo(new Uint8Array(await file.arrayBuffer()))
    return null
  } catch (thrown) {
    if (isVestibuleError(thrown)) return thrown.message
    throw thrown
  }
}

/** The policy of these pages lets `data:` images through. */
function toDataUrl(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(file)
  })
}
