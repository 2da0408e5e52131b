/** The shortest password the server takes (contracts, SetupRequest and MemberRequest). */
export const MIN_PASSWORD_CHARS = 10
