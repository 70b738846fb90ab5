/** A slug that reads like the name: `Globex & Söhne GmbH` becomes `globex-sohne-gmbh`. */
export function suggestSlug(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60)
}
