import { contentResponse, type Handler } from '../../http.js';

const CACHED = 'public, max-age=300';

export const styleHandler: Handler = () =>
  contentResponse({ 'content-type': 'text/css; charset=utf-8', 'cache-control': CACHED }, STYLE);

export const paysOnOpeningScriptHandler: Handler = () =>
  contentResponse({ 'content-type': 'text/javascript; charset=utf-8', 'cache-control': CACHED }, PAYS_ON_OPENING);

/** A GET alone must never pay: link previews and prefetching fetch pages too, but run no scripts. */
const PAYS_ON_OPENING = `const form = document.querySelector('form[data-pays-on-opening]');
const pay = form.querySelector('button[value="pay"]');
const status = document.querySelector('[role="status"]');
status.textContent = 'Paying…';
status.classList.add('busy');
form.requestSubmit(pay);
`;

const STYLE = `:root {
  color-scheme: light dark;
  --ground: #eef1f6; --card: #ffffff; --ink: #16202e; --soft: #55637a; --line: #d9e0ea;
  --accent: #1f5fd6; --on-accent: #ffffff; --good: #12724a; --bad: #b3261e; --code: #f3f5f9;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0e131b; --card: #18202c; --ink: #eaf0f8; --soft: #a3b1c6; --line: #2d3a4d;
    --accent: #7aa9ff; --on-accent: #0b1422; --good: #6fdcab; --bad: #ff9a92; --code: #111824;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; display: flex; flex-direction: column; align-items: center; justify-content: center;
  gap: 1.25rem; padding: 1.5rem 1rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
main { width: 100%; background: var(--card); border: 1px solid var(--line); border-radius: 1rem; padding: 2rem; }
main.card { max-width: 26rem; box-shadow: 0 12px 40px rgb(10 20 40 / 12%); }
main.wide { max-width: 56rem; }
h1 { margin: 0 0 .25rem; font-size: 1.4rem; line-height: 1.25; }
h2 { margin: 2rem 0 .5rem; font-size: 1.1rem; }
p { margin: .25rem 0 1rem; }
.kicker { margin: 0 0 1.25rem; color: var(--soft); font-size: .85rem; font-weight: 600; letter-spacing: .02em; }
.amount {
  margin: 1.25rem 0 .25rem; font-size: 2.1rem; font-weight: 700; line-height: 1.15;
  font-variant-numeric: tabular-nums;
}
.soft { color: var(--soft); }
.mark { display: grid; place-items: center; width: 3.25rem; height: 3.25rem; margin-bottom: 1rem; border-radius: 50%;
  border: 2px solid currentColor; font-size: 1.6rem; font-weight: 700; }
.good { color: var(--good); }
.bad { color: var(--bad); }
dl { margin: 1rem 0 1.5rem; border-top: 1px solid var(--line); }
dl div {
  display: flex; justify-content: space-between; gap: 1rem; padding: .6rem 0;
  border-bottom: 1px solid var(--line);
}
dt { flex: none; max-width: 60%; color: var(--soft); overflow-wrap: anywhere; }
dd { margin: 0; text-align: right; overflow-wrap: anywhere; }
form { display: grid; gap: .75rem; margin: 1.25rem 0 0; }
button, a.button {
  display: block; width: 100%; min-height: 3rem; padding: .75rem 1rem; border-radius: .7rem;
  border: 1px solid var(--line);
  background: transparent; color: var(--ink); font: inherit; font-weight: 600; text-align: center;
  text-decoration: none; cursor: pointer;
}
button.main, a.button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
button:hover, a.button:hover { filter: brightness(1.07); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
a { color: var(--accent); }
[role="status"] { min-height: 1.5rem; margin: 0; color: var(--soft); }
[role="status"].busy::before {
  content: ""; display: inline-block; width: 1em; height: 1em; margin-right: .6em; vertical-align: -.12em;
  border-radius: 50%;
  border: 2px solid currentColor; border-right-color: transparent; animation: turn 1s linear infinite;
}
@keyframes turn { to { transform: rotate(1turn); } }
@media (prefers-reduced-motion: reduce) { [role="status"].busy::before { animation: none; } }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .55rem .75rem .55rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--soft); font-size: .85rem; }
code {
  padding: .1rem .35rem; border-radius: .35rem; background: var(--code);
  font: .9em ui-monospace, Menlo, Consolas, monospace; white-space: nowrap;
}
ul { padding-left: 1.2rem; }
@media (max-width: 40rem) {
  thead { display: none; }
  tr { display: block; padding: .6rem 0; border-bottom: 1px solid var(--line); }
  td { display: block; padding: .15rem 0; border: 0; }
}
footer { color: var(--soft); font-size: .85rem; text-align: center; }
@media (max-width: 30rem) { main { padding: 1.5rem 1.25rem; } }
`;
