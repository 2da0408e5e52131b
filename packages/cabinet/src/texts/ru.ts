import { byFileName } from './merge.ts'

/** Every text of the cabinet in this language; a file `ru/inbox.json` holds the keys `inbox.…`. */
export const messages = byFileName(import.meta.glob('./ru/*.json', { eager: true, import: 'default' }))
