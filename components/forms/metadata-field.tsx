'use client'

import { useEffect, useRef, useState, useTransition } from 'react'
import type { MetadataView } from '../portal/connection-views.ts'
import { MetadataPreview } from '../portal/metadata-preview.tsx'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { TextArea, TextField } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import type { ActionResult } from './action-result.ts'
import { FileDrop } from './file-drop.tsx'

export type MetadataValue = { source: 'text' | 'url'; rawMetadata: string; metadataUrl: string }
export type ReadMetadata = (
  value: MetadataValue,
) => Promise<ActionResult<{ metadata: MetadataView; now: string }>>

type MetadataFieldProps = {
  value: MetadataValue
  errors: { rawMetadata?: string; metadataUrl?: string }
  onChange: (change: Partial<MetadataValue>) => void
  read: ReadMetadata
  /** What the address of metadata looks like. */
  example?: string
}

/** Metadata by text, file or address, and at once what was understood of it. */
export function MetadataField({ value, errors, onChange, read, example }: MetadataFieldProps) {
  const { result, pending, readNow } = usePreview(value, read)
  return (
    <div className="grid gap-5">
      <SourceChoice source={value.source} onChoose={(source) => onChange({ source })} />
      {value.source === 'text' ? (
        <TextOrFile value={value.rawMetadata} error={errors.rawMetadata} onChange={onChange} />
      ) : (
        <div className="flex flex-wrap items-start gap-2">
          <div className="min-w-0 flex-1 basis-64">
            <TextField
              label="Address of the metadata"
              type="url"
              mono
              placeholder={example ?? 'https://idp.globex.example/saml/metadata'}
              value={value.metadataUrl}
              error={errors.metadataUrl}
              onChange={(event) => onChange({ metadataUrl: event.currentTarget.value })}
            />
          </div>
          <Button
            className="mt-7"
            pending={pending}
            disabled={value.metadataUrl.trim() === ''}
            onClick={readNow}
          >
            Read it
          </Button>
        </div>
      )}
      {result && !result.ok && (
        <Notice tone="bad" live title="This is not usable metadata">
          {result.message}
        </Notice>
      )}
      {result?.ok && (
        <div className="rounded-lg border border-line bg-canvas p-4 sm:p-5">
          <MetadataPreview metadata={result.value.metadata} now={new Date(result.value.now)} />
        </div>
      )}
    </div>
  )
}

/** Reads pasted text by itself after a pause; an address only when asked, since that goes out to another host. */
function usePreview(value: MetadataValue, read: ReadMetadata) {
  const [result, setResult] = useState<Awaited<ReturnType<ReadMetadata>> | null>(null)
  const [pending, startTransition] = useTransition()
  const latest = useRef(0)

  function readNow() {
    const turn = ++latest.current
    startTransition(async () => {
      const answer = await read(value)
      if (turn === latest.current) setResult(answer)
    })
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is to be read starts a reading
  useEffect(() => {
    latest.current++
    setResult(null)
    if (value.source !== 'text' || value.rawMetadata.trim() === '') return
    const timer = setTimeout(readNow, 400)
    return () => clearTimeout(timer)
  }, [value.source, value.rawMetadata, value.metadataUrl])

  return { result, pending, readNow }
}

function SourceChoice({
  source,
  onChoose,
}: {
  source: MetadataValue['source']
  onChoose: (source: MetadataValue['source']) => void
}) {
  const choices = [
    { value: 'text' as const, label: 'Text or file' },
    { value: 'url' as const, label: 'Address' },
  ]
  return (
    <fieldset className="flex w-fit rounded-md border border-line bg-sunken p-0.5">
      <legend className="sr-only">Where the metadata comes from</legend>
      {choices.map((choice) => (
        <label
          key={choice.value}
          className={cx(
            'rounded-[0.3125rem] px-3 py-1 has-focus-visible:outline-2 has-focus-visible:outline-accent',
            source === choice.value ? 'bg-surface font-medium text-ink shadow-xs' : 'text-muted',
          )}
        >
          <input
            type="radio"
            name="metadata-source"
            className="sr-only"
            checked={source === choice.value}
            onChange={() => onChoose(choice.value)}
          />
          {choice.label}
        </label>
      ))}
    </fieldset>
  )
}

function TextOrFile({
  value,
  error,
  onChange,
}: {
  value: string
  error: string | undefined
  onChange: (change: Partial<MetadataValue>) => void
}) {
  const take = async (file: File) => onChange({ rawMetadata: await file.text() })
  return (
    <FileDrop
      accept=".xml,application/xml,text/xml,application/samlmetadata+xml"
      take={(file) => void take(file)}
    >
      <TextArea
        label="Metadata (XML)"
        mono
        rows={7}
        spellCheck={false}
        placeholder={'<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" …'}
        value={value}
        error={error}
        onChange={(event) => onChange({ rawMetadata: event.currentTarget.value })}
      />
    </FileDrop>
  )
}
