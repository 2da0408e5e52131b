/** A chat bubble in a browser window; our own drawing. */
export const siteWidgetIcon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="#1f6feb" stroke-width="1.8" stroke-linejoin="round" stroke-linecap="round"><path d="M21 11V6a2 2 0 0 0-2-2H5a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h5"/><path d="M3 8.500h18"/><path d="M13 13h8v6h-4.500L14 21v-2h-1z" fill="#1f6feb" fill-opacity=".15"/></svg>'
