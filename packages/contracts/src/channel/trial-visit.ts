/**
 * Name under which a visit's `extra` says that it was made on the test site of the hub itself (CHAT-19). Set by the server,
 * from where the page was, never by what a visitor sends. Migration 0013 and `store/home.ts` spell it in SQL.
 */
export const TEST_SITE = 'testSite'
