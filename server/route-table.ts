import { readdir } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { RouteHandler } from './endpoints.ts'

/** A protocol route: the methods it serves, by name. */
export type Route = { segments: string[]; handlers: Record<string, RouteHandler> }

export type RouteMatch = { route: Route; params: Record<string, string> }

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/**
 * Reads the `route.ts` files below `app`, the way Next names them, so that the tree is the one table of addresses.
 * Those in `(portal)` need Next and stay with it.
 */
export async function loadRoutes(appFolder: string): Promise<Route[]> {
  const files = await readdir(appFolder, { recursive: true })
  const ours = files.filter((file) => file.endsWith(`${sep}route.ts`) && !file.startsWith('(portal)'))
  return Promise.all(ours.map((file) => loadRoute(appFolder, file)))
}

async function loadRoute(appFolder: string, file: string): Promise<Route> {
  const module = (await import(pathToFileURL(join(appFolder, file)).href)) as Record<string, unknown>
  const segments = file
    .split(sep)
    .slice(0, -1)
    .filter((segment) => !/^\(.*\)$/.test(segment))
  const handlers = Object.fromEntries(
    methods.flatMap((method) => (module[method] ? [[method, module[method]]] : [])),
  )
  return { segments, handlers: handlers as Route['handlers'] }
}

/** Finds the route of a path; a fixed segment wins over `[name]`, and `[...name]` takes the rest. */
export function createMatcher(routes: Route[]): (pathname: string) => RouteMatch | null {
  const fixed = new Map(
    routes
      .filter((route) => !route.segments.some(isOpen))
      .map((route) => [`/${route.segments.join('/')}`, route]),
  )
  const open = routes.filter((route) => route.segments.some(isOpen)).sort((a, b) => openness(a) - openness(b))
  return (pathname) => {
    const route = fixed.get(pathname)
    if (route) return { route, params: {} }
    const given = pathname.slice(1).split('/')
    for (const candidate of open) {
      const params = matchSegments(candidate.segments, given)
      if (params) return { route: candidate, params }
    }
    return null
  }
}

function isOpen(segment: string): boolean {
  return segment.startsWith('[')
}

/** How late the first open segment comes decides who is asked first. */
function openness(route: Route): number {
  return (
    -route.segments.findIndex(isOpen) * 10 +
    (route.segments.some((segment) => segment.startsWith('[...')) ? 1 : 0)
  )
}

function matchSegments(wanted: string[], given: string[]): Record<string, string> | null {
  const params: Record<string, string> = {}
  for (const [index, segment] of wanted.entries()) {
    const value = given[index]
    if (value === undefined || value === '') return null
    if (segment.startsWith('[...'))
      return given.at(-1) === '' ? null : { ...params, [segment.slice(4, -1)]: given.slice(index).join('/') }
    if (!isOpen(segment)) {
      if (segment !== value) return null
      continue
    }
    const decoded = decode(value)
    if (decoded === null) return null
    params[segment.slice(1, -1)] = decoded
  }
  return wanted.length === given.length ? params : null
}

function decode(segment: string): string | null {
  try {
    return decodeURIComponent(segment)
  } catch {
    return null
  }
}
