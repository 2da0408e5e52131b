import { byFileName } from './merge.ts'

/** Every text of the cabinet in this language; a file `en/inbox.json` holds the keys `inbox.…`. */
export const messages = byFileName(import.meta.glob('./en/*.json', { eager: true, import: 'default' }))
