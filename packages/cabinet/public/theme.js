// Sets the theme before the first paint, so that a dark page does not flash white. The kit takes over afterwards and
// keeps the choice under the same name. A file of its own, because our security policy allows no inline scripts.
const chosen = localStorage.getItem('trunkline-theme')
const isDark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
document.documentElement.classList.add(isDark ? 'dark' : 'light')
