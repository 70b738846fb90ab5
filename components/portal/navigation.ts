import {
  AppWindow,
  Building2,
  CornerUpRight,
  Group,
  House,
  type LucideIcon,
  MonitorSmartphone,
  PlugZap,
  ScanSearch,
  ScrollText,
  Settings,
  Waypoints,
} from 'lucide-react'

export type NavigationItem = { href: string; label: string; icon: LucideIcon }
export type NavigationGroup = { label?: string; items: NavigationItem[] }

/** What the sidebar shows, in its order. A new resource is one line here and one folder of pages. */
export const navigation: NavigationGroup[] = [
  {
    items: [
      { href: '/', label: 'Home', icon: House },
      { href: '/tenants', label: 'Tenants', icon: Building2 },
      { href: '/connections', label: 'Connections', icon: PlugZap },
      { href: '/applications', label: 'Applications', icon: AppWindow },
      { href: '/jwt-sso-targets', label: 'JWT SSO targets', icon: CornerUpRight },
    ],
  },
  {
    label: 'People',
    items: [{ href: '/namespaces', label: 'Namespaces', icon: Group }],
  },
  {
    label: 'Observe',
    items: [
      { href: '/sessions', label: 'Sessions', icon: MonitorSmartphone },
      { href: '/traces', label: 'Sign-in traces', icon: Waypoints },
      { href: '/audit', label: 'Audit log', icon: ScrollText },
      { href: '/jwt-inspector', label: 'Token inspector', icon: ScanSearch },
    ],
  },
  {
    label: 'Organization',
    items: [{ href: '/settings', label: 'Settings', icon: Settings }],
  },
]

/** Whether a page belongs to an item: the item's own page or anything below it. */
export function isCurrent(item: NavigationItem, pathname: string): boolean {
  if (item.href === '/') return pathname === '/'
  return pathname === item.href || pathname.startsWith(`${item.href}/`)
}
