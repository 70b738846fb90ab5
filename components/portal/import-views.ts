/** One thing wrong with a list: where it stands, and a sentence. */
export type ImportErrorView = { line: number; column: string | null; message: string }

type Reported = {
  rows: number
  unchanged: number
  failed: number
  errors: ImportErrorView[]
  moreErrors: number
}

export type SampledRowView = {
  line: number
  email: string
  outcome: 'create' | 'update'
  changes: { field: string; before: string; after: string }[]
}

/** What an import would do. */
export type ImportPreviewView = Reported & { create: number; update: number; sample: SampledRowView[] }

/** What an import did. */
export type ImportResultView = Reported & { created: number; updated: number }
