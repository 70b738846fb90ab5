import type { ReactNode } from 'react'

export type Column<Row> = {
  label: string
  cell: (row: Row) => ReactNode
  /** Leaves out the label where rows are stacked: for the column that names the row. */
  bare?: boolean
  className?: string
}

/** Written out because changing `display` takes a table's meaning away from readers. */
const role = {
  table: { role: 'table' },
  group: { role: 'rowgroup' },
  row: { role: 'row' },
  head: { role: 'columnheader' },
  cell: { role: 'cell' },
}

/** Rows and columns; on a narrow screen each row becomes a small card with the column names beside the values. */
export function DataTable<Row>({
  caption,
  columns,
  rows,
  rowKey,
}: {
  caption: string
  columns: Column<Row>[]
  rows: Row[]
  rowKey: (row: Row) => string
}) {
  return (
    <table className="rows" {...role.table} aria-label={caption}>
      <thead {...role.group}>
        <tr {...role.row}>
          {columns.map((column) => (
            <th key={column.label} {...role.head} scope="col" className={column.className}>
              {column.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody {...role.group}>
        {rows.map((row) => (
          <tr key={rowKey(row)} {...role.row}>
            {columns.map((column) => (
              <td
                key={column.label}
                {...role.cell}
                data-label={column.bare ? undefined : column.label}
                className={column.className}
              >
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
