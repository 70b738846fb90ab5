'use client'

import { useState, useTransition } from 'react'
import { ImportErrors, ImportFigures, ImportSample } from '../portal/import-report.tsx'
import type { ImportPreviewView, ImportResultView } from '../portal/import-views.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { TextArea } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { Section } from '../ui/section.tsx'
import type { ActionResult } from './action-result.ts'
import { FileDrop } from './file-drop.tsx'
import { TenantField } from './known-fields.tsx'

type Upload<Report> = (data: FormData) => Promise<ActionResult<Report>>

type ImportUsersProps = {
  tenants: { slug: string; name: string }[]
  /** Slug of the one that is chosen already, or empty. */
  tenant: string
  preview: Upload<ImportPreviewView>
  run: Upload<ImportResultView>
}

/** What the portal takes; the API takes more. In bytes. */
const largestFile = 2.5 * 1024 * 1024

/** What is to be imported, and how far that has come. A change of either takes back the preview. */
type State = { tenant: string; text: string; file: File | null; preview?: ImportPreviewView }

/** From a file or a pasted list to a preview, and from there to the import and what came of it. */
export function ImportUsers({ tenants, tenant, preview, run }: ImportUsersProps) {
  const [state, setState] = useState<State>({ tenant, text: '', file: null })
  const [refusal, setRefusal] = useState<string | null>(null)
  const [result, setResult] = useState<ImportResultView | null>(null)
  const [pending, startTransition] = useTransition()
  const change = (changed: Partial<State>) => {
    setState({ ...state, ...changed, preview: undefined })
    setRefusal(null)
  }

  function send<Report>(upload: Upload<Report>, take: (report: Report) => void) {
    const source = state.file ?? new Blob([state.text], { type: 'text/csv' })
    if (source.size > largestFile)
      return setRefusal(
        'This is more than 2.5 MB. Split the list, or import it by the API, which takes 10 MB.',
      )
    const data = new FormData()
    data.set('tenant', state.tenant)
    data.set('file', source)
    setRefusal(null)
    startTransition(async () => {
      const answer = await upload(data)
      if (answer.ok) take(answer.value)
      else setRefusal(answer.message)
    })
  }

  if (result) {
    const again = () => {
      setResult(null)
      setState({ tenant: state.tenant, text: '', file: null })
    }
    return <Outcome result={result} tenant={state.tenant} again={again} />
  }
  const empty = state.file === null && state.text.trim() === ''
  return (
    <>
      <Section title="The list">
        <form
          className="grid gap-5"
          onSubmit={(event) => {
            event.preventDefault()
            send(preview, (seen) => setState({ ...state, preview: seen }))
          }}
        >
          {refusal && (
            <Notice tone="bad" live>
              {refusal}
            </Notice>
          )}
          <div className="max-w-sm">
            <TenantField
              tenants={tenants}
              hint="The slug of the customer company they belong to."
              value={state.tenant}
              onChange={(event) => change({ tenant: event.currentTarget.value.trim() })}
            />
          </div>
          <ListField text={state.text} file={state.file} onChange={change} />
          <div>
            <Button
              type="submit"
              variant={state.preview ? 'secondary' : 'primary'}
              pending={pending && !state.preview}
              disabled={empty || state.tenant === ''}
            >
              Preview
            </Button>
          </div>
        </form>
      </Section>
      {state.preview && (
        <Preview preview={state.preview} pending={pending} run={() => send(run, setResult)} />
      )}
    </>
  )
}

function ListField({
  text,
  file,
  onChange,
}: {
  text: string
  file: File | null
  onChange: (change: { text?: string; file?: File | null }) => void
}) {
  return (
    <FileDrop accept=".csv,.txt,text/csv" take={(chosen) => onChange({ file: chosen, text: '' })}>
      {file ? (
        <p className="flex flex-wrap items-center gap-3">
          <span className="min-w-0 break-all font-medium">{file.name}</span>
          <Button size="sm" onClick={() => onChange({ file: null })}>
            Take another
          </Button>
        </p>
      ) : (
        <TextArea
          label="List (CSV)"
          mono
          rows={8}
          spellCheck={false}
          placeholder={'email,firstName,lastName,namespaces\nada@globex.example,Ada,Lovelace,support'}
          value={text}
          onChange={(event) => onChange({ text: event.currentTarget.value })}
        />
      )}
    </FileDrop>
  )
}

function Preview({
  preview,
  pending,
  run,
}: {
  preview: ImportPreviewView
  pending: boolean
  run: () => void
}) {
  const count = preview.create + preview.update
  return (
    <>
      <Section
        title="What would happen"
        lead={
          preview.failed > 0 && count > 0
            ? 'Rows with something wrong are left out; you can import them later, once they are mended.'
            : undefined
        }
        action={
          count > 0 && (
            <Button variant="primary" pending={pending} onClick={run}>
              Import {count.toLocaleString('en')} {count === 1 ? 'row' : 'rows'}
            </Button>
          )
        }
      >
        <div className="grid gap-5" role="status">
          <ImportFigures
            figures={[
              ['Rows', preview.rows],
              ['To create', preview.create],
              ['To change', preview.update],
              ['As they are', preview.unchanged],
              ['Something wrong', preview.failed],
            ]}
          />
          {count === 0 && preview.failed === 0 && (
            <Notice>
              Everybody in the list is in the directory as the list says. There is nothing to do.
            </Notice>
          )}
        </div>
      </Section>
      <ImportErrors errors={preview.errors} moreErrors={preview.moreErrors} />
      <ImportSample sample={preview.sample} of={count} />
    </>
  )
}

function Outcome({ result, tenant, again }: { result: ImportResultView; tenant: string; again: () => void }) {
  return (
    <>
      <Section
        title={result.failed === 0 ? 'The list is imported' : 'The list is imported, but for some rows'}
        action={
          <div className="flex flex-wrap gap-2">
            <Button onClick={again}>Import another</Button>
            <a href={`/users/export?${new URLSearchParams({ tenant })}`} className={buttonClass('secondary')}>
              Export all of {tenant}
            </a>
          </div>
        }
      >
        <div role="status">
          <ImportFigures
            figures={[
              ['Rows', result.rows],
              ['Created', result.created],
              ['Changed', result.updated],
              ['As they were', result.unchanged],
              ['Left out', result.failed],
            ]}
          />
        </div>
      </Section>
      <ImportErrors errors={result.errors} moreErrors={result.moreErrors} />
    </>
  )
}
