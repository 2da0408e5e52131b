/** What survives a JSON round trip: the only thing we store of what others send. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
