/** The looks of the site, save the colours of code. */
export const styleSheet = `
:root { color-scheme: light; --ink: #1d2330; --soft: #5d6675; --line: #dfe3ea; --accent: #1f5fbf; --shade: #f6f7f9; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 94rem; display: grid; grid-template-columns: 14rem minmax(0, 1fr) 14rem; gap: 2.5rem; padding: 0 1.5rem;
  color: var(--ink); font: 16px/1.6 system-ui, sans-serif; }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
nav { position: sticky; top: 0; max-height: 100vh; overflow: auto; scrollbar-width: thin; scrollbar-color: var(--line) transparent;
  padding: 1.5rem 0; font-size: 0.85rem; align-self: start; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav h2 { margin: 1rem 0 0.25rem; font-size: 0.75rem; font-weight: 600; color: var(--soft); }
nav h2 a { color: inherit; }
nav h2 a[aria-current] { color: var(--accent); }
nav.site li a { display: block; padding: 0.1rem 0.5rem; border-left: 2px solid var(--line); color: var(--ink); }
nav.site li a[aria-current] { border-color: var(--accent); color: var(--accent); font-weight: 600; }
nav.page .level-3 { padding-left: 0.9rem; }
main { padding: 1rem 0 4rem; }
h1, h2, h3 { line-height: 1.25; scroll-margin-top: 1rem; }
main h2 { margin-top: 2.5rem; padding-bottom: 0.3rem; border-bottom: 1px solid var(--line); }
code { padding: 0.1em 0.3em; border-radius: 3px; background: var(--shade); font: 0.875em/1.5 ui-monospace, monospace; }
pre { overflow: auto; scrollbar-width: thin; scrollbar-color: var(--line) transparent; tab-size: 4;
  padding: 0.9rem 1rem; border: 1px solid var(--line); border-radius: 6px; background: var(--shade);
  font: 0.8125rem/1.5 ui-monospace, monospace; }
pre code { padding: 0; background: none; font-size: inherit; }
table { display: block; overflow: auto; border-collapse: collapse; font-size: 0.9rem; }
th, td { padding: 0.4rem 0.75rem; border: 1px solid var(--line); text-align: left; vertical-align: top; }
th { background: var(--shade); }
blockquote { margin: 0; padding-left: 1rem; border-left: 3px solid var(--line); color: var(--soft); }
@media (max-width: 70rem) { body { grid-template-columns: 13rem minmax(0, 1fr); } nav.page { display: none; } }
@media (max-width: 45rem) { body { display: block; } nav.site { position: static; max-height: none; } }
`;
