/** A paper plane of our own drawing. */
export const telegramIcon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24"><circle cx="12" cy="12" r="11" fill="#2b98d6"/><path d="M5 12.200 18.200 6.600 15.800 18l-4-3-2.200 2.200-.4-3.800z" fill="#fff"/><path d="M9.200 13.400 15.500 9l-3.700 6" fill="none" stroke="#2b98d6" stroke-width=".9"/></svg>'
