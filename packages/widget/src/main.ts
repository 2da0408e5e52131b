import { startWidget } from './start-widget.ts'

/** The script's own element; must be asked before anything else, it is gone a moment later. */
const script =
  (document.currentScript as HTMLScriptElement | null) ??
  document.querySelector<HTMLScriptElement>('script[data-key][src*="/widget/widget.js"]')

if (script) startWidget(script)
