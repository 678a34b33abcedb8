/**
 * Makes an element. Texts become text nodes and never HTML, so nothing that a server or a customer wrote can become markup.
 * Properties are set as properties (`className`, `href`, `onclick`), names with a dash as attributes.
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes('-')) made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

export function byId(id) {
  return document.getElementById(id);
}

/** Shows the parts in the place of what was there, and brings people who use a screen reader or the keyboard to the new heading. */
export function show(place, ...parts) {
  place.replaceChildren(...parts.filter((part) => part !== null));
  const heading = place.querySelector('h2');
  if (heading === null) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  heading.scrollIntoView({ block: 'nearest' });
}

/** A coloured box; `mood` is good, bad or wait. */
export function notice(mood, title, ...children) {
  return element('section', { className: `notice ${mood}` }, element('h2', {}, title), ...children);
}

export function paragraph(text, className = '') {
  return element('p', { className }, text);
}

/** Whether a browser may go there: whatever the server says, a shop never follows `javascript:` and its kind. */
export function isWebAddress(address) {
  return URL.canParse(address) && ['https:', 'http:'].includes(new URL(address).protocol);
}
