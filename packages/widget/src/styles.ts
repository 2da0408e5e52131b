/**
 * All styles of the widget, inside its shadow. Importants on the host beat those of the page; `all` takes back whatever
 * the page says to every element; the rest cannot be reached from outside.
 */
export const STYLES = `
:host {
  all: initial !important;
  display: block !important;
  position: fixed !important;
  inset: 0 auto auto 0 !important;
  width: 0 !important;
  height: 0 !important;
  margin: 0 !important;
  border: 0 !important;
  padding: 0 !important;
  overflow: visible !important;
  background: none !important;
  direction: ltr !important;
  z-index: 2147483647 !important;
}
*, *::before, *::after { box-sizing: border-box; }
.root {
  --surface: #ffffff; --log: #f1f3f7; --theirs: #eef1f5; --card: #ffffff; --line: #d9dee5; --control: #79828f;
  --text: #14181f; --muted: #56606e; --danger: #b3261e; --ink: var(--ink-on-light);
  --shadow: 0 12px 40px rgba(15, 23, 42, .22), 0 2px 8px rgba(15, 23, 42, .12);
  color-scheme: light;
  font: 400 16px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  color: var(--text);
  -webkit-text-size-adjust: 100%;
  text-align: start;
}
@media (prefers-color-scheme: dark) {
  .root {
    --surface: #171b21; --log: #12151a; --theirs: #2a303a; --card: #262c35; --line: #39414d; --control: #8b95a3;
    --text: #f0f3f7; --muted: #a9b3c0; --danger: #ffb4ab; --ink: var(--ink-on-dark);
    --shadow: 0 12px 40px rgba(0, 0, 0, .6);
    color-scheme: dark;
  }
}
h2, h3, p, ol, ul { margin: 0; padding: 0; }
ol, ul { list-style: none; }
button, input, textarea { font: inherit; color: inherit; }
button { cursor: pointer; }
a { color: var(--ink); text-decoration: underline; text-underline-offset: 2px; }
:focus { outline: none; }
:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
.panel:focus-visible { outline: none; }
.hidden {
  position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap;
}
.launcher {
  position: fixed;
  bottom: calc(20px + env(safe-area-inset-bottom, 0px));
  display: grid; place-items: center;
  width: 60px; height: 60px;
  border: 2px solid rgba(255, 255, 255, .7); border-radius: 50%;
  background: var(--accent); color: var(--on-accent);
  box-shadow: var(--shadow);
  transition: transform .18s ease;
}
.launcher:hover { transform: scale(1.06); }
.right .launcher { right: calc(20px + env(safe-area-inset-right, 0px)); }
.left .launcher { left: calc(20px + env(safe-area-inset-left, 0px)); }
.badge {
  position: absolute; top: -6px; right: -6px;
  min-width: 24px; height: 24px; padding: 0 6px;
  border: 2px solid #fff; border-radius: 12px;
  background: #c62828; color: #fff;
  font-size: 13px; font-weight: 700; line-height: 20px; text-align: center;
}
.panel {
  position: fixed; bottom: calc(96px + env(safe-area-inset-bottom, 0px));
  display: flex; flex-direction: column;
  width: min(384px, calc(100vw - 32px));
  height: min(640px, calc(100vh - 120px));
  overflow: hidden;
  border: 1px solid var(--line); border-radius: 20px;
  background: var(--surface);
  box-shadow: var(--shadow);
  animation: rise .2s ease-out;
}
.right .panel { right: calc(20px + env(safe-area-inset-right, 0px)); }
.left .panel { left: calc(20px + env(safe-area-inset-left, 0px)); }
@keyframes rise { from { opacity: 0; transform: translateY(12px); } }
.header {
  display: flex; align-items: center; gap: 8px;
  padding: 14px 10px 14px 20px;
  background: var(--accent); color: var(--on-accent);
}
.heading { flex: 1; min-width: 0; }
h2 { font-size: 18px; line-height: 1.25; font-weight: 650; overflow-wrap: anywhere; }
.presence { display: flex; align-items: center; gap: 7px; margin-top: 2px; font-size: 14px; }
.dot { width: 11px; height: 11px; border: 2px solid currentColor; border-radius: 50%; }
.dot.on { border-color: #fff; background: #34d17b; }
.icon-button {
  flex: none; display: grid; place-items: center;
  width: 44px; height: 44px; padding: 0;
  border: 0; border-radius: 12px; background: none; color: var(--muted);
}
.icon-button:hover { background: var(--theirs); }
.icon-button.small { width: 32px; height: 32px; border-radius: 8px; }
.icon-button.on-accent { color: inherit; }
.icon-button.on-accent:hover { background: rgba(127, 127, 127, .25); }
.header :focus-visible { outline-color: currentColor; outline-offset: -3px; }
.notice { padding: 8px 16px; background: var(--theirs); font-size: 14px; text-align: center; }
.middle {
  flex: 1; display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 16px;
  padding: 24px; text-align: center; color: var(--muted);
}
.spinner {
  width: 32px; height: 32px; border: 3px solid var(--line); border-top-color: var(--ink);
  border-radius: 50%; animation: turn .9s linear infinite;
}
@keyframes turn { to { transform: rotate(1turn); } }
.talk { position: relative; flex: 1; min-height: 0; display: flex; flex-direction: column; background: var(--log); }
.log { flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; padding: 16px 14px 4px; }
.log:focus-visible { outline-offset: -3px; }
.item { display: flex; flex-direction: column; align-items: flex-start; margin-bottom: 10px; }
.item.mine { align-items: flex-end; }
.item.system { align-items: center; }
.author { margin: 4px 6px 3px; font-size: 13px; font-weight: 600; color: var(--muted); }
.bubble {
  max-width: 86%; padding: 9px 13px;
  border-radius: 18px; background: var(--theirs);
  white-space: pre-wrap; overflow-wrap: anywhere;
}
.theirs .bubble, .bubble.theirs { border-bottom-left-radius: 6px; }
.item .bubble { background: var(--card); box-shadow: 0 1px 2px rgba(15, 23, 42, .1); }
.item.mine .bubble { border-bottom-right-radius: 6px; background: var(--accent); color: var(--on-accent); }
.mine .bubble a { color: inherit; }
.mine .bubble a:focus-visible { outline-color: currentColor; }
.sending .bubble { opacity: .82; }
.meta { display: flex; flex-wrap: wrap; align-items: center; justify-content: inherit; gap: 2px 5px; margin: 3px 6px 0; font-size: 12.5px; color: var(--muted); }
.mine .meta { justify-content: flex-end; }
.mark { display: inline-flex; }
.mark.read { color: var(--ink); }
.mark svg { stroke-width: 2.2; }
.day { margin: 14px 0 12px; text-align: center; font-size: 13px; color: var(--muted); }
.file, .picture { display: flex; align-items: center; gap: 8px; margin-top: 4px; min-height: 36px; color: inherit; }
.file { text-decoration: none; }
.file span { text-decoration: underline; text-underline-offset: 2px; }
.file small { font-size: 12.5px; white-space: nowrap; }
.file svg { flex: none; }
.picture canvas { display: block; max-width: 100%; height: auto; max-height: 260px; border-radius: 12px; background: var(--line); }
.typing { min-height: 26px; padding: 0 18px 4px; display: flex; align-items: center; gap: 8px; font-size: 14px; color: var(--muted); }
.dots { display: inline-flex; gap: 3px; }
.dots i { width: 6px; height: 6px; border-radius: 50%; background: currentColor; animation: dot 1.2s infinite; }
.dots i:nth-child(2) { animation-delay: .15s; }
.dots i:nth-child(3) { animation-delay: .3s; }
@keyframes dot { 30% { transform: translateY(-4px); } 60% { transform: none; } }
.newer {
  position: absolute; bottom: 34px; left: 50%; transform: translateX(-50%);
  display: flex; align-items: center; gap: 6px; min-height: 36px; padding: 0 14px;
  border: 1px solid var(--line); border-radius: 18px; background: var(--surface); box-shadow: var(--shadow);
  font-size: 14px; white-space: nowrap;
}
.composer { padding: 8px; border-top: 1px solid var(--line); background: var(--surface); }
.row { display: flex; align-items: flex-end; gap: 4px; }
textarea {
  flex: 1; min-width: 0; min-height: 44px; margin: 0; padding: 10px 12px;
  border: 1px solid transparent; border-radius: 14px; background: var(--log);
  resize: none; line-height: 22px;
}
textarea::placeholder { color: var(--muted); opacity: 1; }
textarea:focus-visible { outline-offset: -2px; outline-width: 2px; }
.send { background: var(--accent); color: var(--on-accent); border-radius: 14px; }
.send:hover { background: var(--accent); filter: brightness(1.1); }
.send[aria-disabled="true"] { background: var(--theirs); color: var(--muted); cursor: default; filter: none; }
.uploads { display: flex; flex-direction: column; gap: 6px; max-height: 140px; overflow-y: auto; padding: 2px 2px 8px; }
.upload { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 8px; padding: 3px 4px 3px 10px; border-radius: 10px; background: var(--theirs); font-size: 14px; }
.upload .name { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.upload .fault { order: 1; width: 100%; padding-bottom: 4px; }
progress { width: 84px; height: 6px; accent-color: var(--ink); }
.form { flex: 1; min-height: 0; overflow-y: auto; padding: 18px 20px 20px; scroll-padding-bottom: 90px; background: var(--surface); }
.greeting { width: fit-content; margin-bottom: 18px; }
h3 { font-size: 17px; line-height: 1.3; font-weight: 650; }
.hint { font-size: 14px; color: var(--muted); }
.form > .hint { margin: 4px 0 14px; }
.field { margin-bottom: 12px; }
.field label { display: block; margin-bottom: 4px; font-size: 15px; font-weight: 550; }
.field label .hint { font-weight: 400; }
.field input {
  width: 100%; height: 46px; padding: 0 12px;
  border: 1px solid var(--control); border-radius: 12px; background: var(--surface);
}
.field textarea { display: block; width: 100%; border-color: var(--control); border-radius: 12px; background: var(--surface); resize: vertical; }
.thanks h3:focus { outline: none; }
[aria-invalid="true"] { border-color: var(--danger) !important; }
.fault { font-size: 14px; color: var(--danger); }
.field .fault { margin-top: 4px; }
.consent { display: flex; align-items: flex-start; gap: 4px; margin: 2px 0 0 -10px; font-size: 14px; }
.consent input { flex: none; width: 24px; height: 24px; margin: 10px; accent-color: var(--ink); }
.consent label { padding: 12px 0; }
.form > .policy { margin: 0 0 12px 38px; }
.policy a { display: inline-block; padding: 4px 0; }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 14px; }
.form .actions { position: sticky; bottom: -20px; margin: 4px -20px -20px; padding: 10px 20px 20px; background: var(--surface); }
.button {
  min-height: 46px; padding: 0 18px; border: 1px solid var(--control); border-radius: 12px;
  background: var(--surface); color: var(--text); font-weight: 600;
}
.button.primary { flex: 1; border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
.text-button { min-height: 32px; padding: 0 6px; border: 0; border-radius: 6px; background: none; color: var(--ink); font-size: 14px; font-weight: 600; text-decoration: underline; text-underline-offset: 2px; }
.trap { position: absolute; left: -9999px; width: 1px; height: 1px; overflow: hidden; }
.drop {
  position: absolute; inset: 8px; display: grid; place-items: center;
  border: 2px dashed var(--ink); border-radius: 14px; background: var(--surface); opacity: .95;
  font-weight: 600; pointer-events: none;
}
@media (max-width: 480px) {
  .opened .launcher { display: none; }
  .root .panel {
    inset: 0 auto auto 0; width: 100vw; height: 100vh; height: 100dvh; border: 0; border-radius: 0;
    padding: 0 env(safe-area-inset-right, 0px) env(safe-area-inset-bottom, 0px) env(safe-area-inset-left, 0px);
  }
  .header { padding-top: calc(14px + env(safe-area-inset-top, 0px)); }
}
@media (max-height: 420px) { .hint, .greeting { display: none; } .header { padding-top: 6px; padding-bottom: 6px; } }
@media (prefers-reduced-motion: reduce) { *, *::before, *::after { animation: none !important; transition: none !important; } }
@media (forced-colors: active) { .launcher, .bubble, .button, textarea { border: 1px solid; } }
@media print { :host { display: none !important; } }
`
