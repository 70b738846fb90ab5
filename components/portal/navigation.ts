import {
  AppWindow,
  Building2,
  CornerUpRight,
  Group,
  House,
  type LucideIcon,
  MailPlus,
  MonitorSmartphone,
  PlugZap,
  ScanSearch,
  ScrollText,
  Settings,
  UserRoundPlus,
  Users,
  Waypoints,
} from 'lucide-react'

export type NavigationItem = { href: string; label: string; icon: LucideIcon }
/** How many wait at an item, by its address; what is not there, or 0, is not shown. */
export type NavigationCounts = Record<string, number>
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
    items: [
      { href: '/users', label: 'Users', icon: Users },
      { href: '/namespaces', label: 'Namespaces', icon: Group },
      { href: '/users/invitations', label: 'Invitations', icon: MailPlus },
      { href: '/users/requests', label: 'Requests to join', icon: UserRoundPlus },
    ],
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

/** The item a page belongs to: of those it is, or is below, the nearest. */
export function currentItem(pathname: string): NavigationItem | undefined {
  return navigation
    .flatMap(({ items }) => items)
    .filter(({ href }) => pathname === href || (href !== '/' && pathname.startsWith(`${href}/`)))
    .sort((a, b) => b.href.length - a.href.length)[0]
}
