/**
 * Makes an element. Texts become text nodes, never HTML, so no text of a server or a customer
 * becomes markup. Names with a dash are set as attributes, all others as properties.
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

/** Replaces the content, and moves the focus of screen readers and keyboards to the new heading. */
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

/** A shop never follows `javascript:` and its kind, even where the server says so. */
export function isWebAddress(address) {
  return URL.canParse(address) && ['https:', 'http:'].includes(new URL(address).protocol);
}
