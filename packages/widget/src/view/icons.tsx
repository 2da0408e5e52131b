import type { JSX } from 'preact'

const PATHS = {
  chat: 'M12 3c5.2 0 9 3.4 9 7.9s-3.8 7.9-9 7.9c-.9 0-1.8-.1-2.6-.3L5 20.8c-.5.2-1-.2-.9-.7l.6-3.3C3.600 15.300 3 13.200 3 10.900 3 6.400 6.800 3 12 3Z',
  close: 'M6.300 6.300 17.700 17.700M17.700 6.300 6.300 17.700',
  down: 'm6 9.500 6 6 6-6',
  send: 'M4.500 12 4 5.200c0-.6.600-1 1.200-.800l14.300 6.700c.8.400.8 1.400 0 1.800L5.200 19.600c-.600.2-1.200-.2-1.200-.8L4.500 12Zm0 0h7.500',
  clip: 'm18.800 11.700-6.900 6.900a4.200 4.200 0 0 1-6-6l7.400-7.400a2.800 2.800 0 0 1 4 4l-7.400 7.300a1.400 1.400 0 0 1-2-2l6.500-6.400',
  file: 'M7 3.500h6.500L18 8v11a1.500 1.500 0 0 1-1.500 1.500h-9A1.500 1.500 0 0 1 6 19V5a1.500 1.500 0 0 1 1-1.500ZM13 4v4.500h4.500',
  sending: 'M12 7.500V12l3 1.800M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z',
  sent: 'm5 12.500 4.500 4.500L19 7.500',
  delivered: 'm2 12.500 4.500 4.500L16 7.500M11.500 16l1 1L22 7.500',
  failed: 'M12 7.500v5.500m0 3v.200M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z',
  retry: 'M19.500 12a7.500 7.500 0 1 1-2.300-5.400M19.500 3.500V7.500h-4',
} as const

export type IconName = keyof typeof PATHS

/** A line drawing in the colour of the words around it; says nothing to a screen reader. */
export function Icon({ name, size = 24 }: { name: IconName; size?: number }): JSX.Element {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
