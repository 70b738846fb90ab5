import { Badge } from '../ui/badge.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { Section } from '../ui/section.tsx'
import type { ImportErrorView, SampledRowView } from './import-views.ts'

/** Counts of rows, side by side. */
export function ImportFigures({ figures }: { figures: [string, number][] }) {
  return (
    <dl className="flex flex-wrap gap-x-10 gap-y-4">
      {figures.map(([label, count]) => (
        <div key={label} className="grid">
          <dt className="text-muted text-sm">{label}</dt>
          <dd className="font-semibold text-xl tabular-nums">{count.toLocaleString('en')}</dd>
        </div>
      ))}
    </dl>
  )
}

/** So many are shown: whoever mends these sees the next ones. */
const shownErrors = 100

const errorColumns: Column<ImportErrorView & { place: number }>[] = [
  { label: 'Line', className: 'md:w-20', cell: (row) => row.line },
  {
    label: 'Column',
    className: 'md:w-48',
    cell: (row) =>
      row.column === null ? (
        <span className="text-muted">The whole row</span>
      ) : (
        <code className="break-all font-mono text-sm">{row.column}</code>
      ),
  },
  { label: 'What is wrong', cell: (row) => <span className="break-words">{row.message}</span> },
]

/** What is wrong with which row; nothing where nothing is. */
export function ImportErrors({ errors, moreErrors }: { errors: ImportErrorView[]; moreErrors: number }) {
  if (errors.length === 0) return null
  const hidden = Math.max(0, errors.length - shownErrors) + moreErrors
  const rows = errors.slice(0, shownErrors).map((error, place) => ({ ...error, place }))
  return (
    <Section
      title="What is wrong"
      lead={
        hidden > 0
          ? `The first ${shownErrors} of ${(errors.length + moreErrors).toLocaleString('en')}. Mend these, and the next ones come into sight.`
          : 'Lines are counted as in the file, the first one being 1.'
      }
      flush
    >
      <DataTable
        caption="What is wrong"
        columns={errorColumns}
        rows={rows}
        rowKey={(row) => String(row.place)}
      />
    </Section>
  )
}

const sampleColumns: Column<SampledRowView>[] = [
  {
    label: 'Person',
    bare: true,
    cell: (row) => (
      <span className="grid gap-1">
        <span className="break-all font-medium">{row.email}</span>
        <span className="text-muted text-sm">Line {row.line}</span>
      </span>
    ),
  },
  {
    label: 'What happens',
    className: 'md:w-32',
    cell: (row) => (row.outcome === 'create' ? <Badge tone="good">Created</Badge> : <Badge>Changed</Badge>),
  },
  { label: 'Fields', cell: (row) => <FieldChanges row={row} /> },
]

function FieldChanges({ row }: { row: SampledRowView }) {
  return (
    <ul className="grid gap-0.5 text-sm">
      {row.changes
        .filter(({ field }) => row.outcome === 'update' || field !== 'email')
        .map(({ field, before, after }) => (
          <li key={field} className="break-words">
            <span className="text-muted">{field}</span>{' '}
            {row.outcome === 'update' && (
              <>
                {before === '' ? <span className="text-muted">nothing</span> : <del>{before}</del>}{' '}
                <span aria-hidden="true">→</span>{' '}
              </>
            )}
            {after === '' ? <span className="text-muted">nothing</span> : <ins>{after}</ins>}
          </li>
        ))}
    </ul>
  )
}

/** Some of the rows that do something; nothing where none does. */
export function ImportSample({ sample, of }: { sample: SampledRowView[]; of: number }) {
  if (sample.length === 0) return null
  return (
    <Section
      title="For instance"
      lead={of > sample.length ? `${sample.length} of ${of.toLocaleString('en')} rows.` : undefined}
      flush
    >
      <DataTable
        caption="For instance"
        columns={sampleColumns}
        rows={sample}
        rowKey={(row) => String(row.line)}
      />
    </Section>
  )
}
