/** A telephone with the brackets of a program; our own drawing. */
export const clientApiIcon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="#6d4bd8" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"><rect x="6" y="2" width="12" height="20" rx="2.500" fill="#6d4bd8" fill-opacity=".1"/><path d="m10.500 9-2 3 2 3m3-6 2 3-2 3M11 19h2"/></svg>'
