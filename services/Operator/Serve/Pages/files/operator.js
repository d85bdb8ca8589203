// @ts-check
// Keeps the page current. Without this script everything can be read and done; it has to be reloaded by hand.

const quietAfterMilliseconds = 15_000;

/** @type {HTMLElement} */
const main = /** @type {HTMLElement} */ (document.getElementById('main'));
/** @type {HTMLElement} */
const connection = /** @type {HTMLElement} */ (document.getElementById('connection'));

let readAt = Date.now();
let heardAt = Date.now();
let isReading = false;

/**
 * Reads a page as a document: no string becomes HTML here, and no script in it runs.
 * @param {string} address
 * @returns {Promise<Document>}
 */
function read(address) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('GET', address);
    request.responseType = 'document';
    request.timeout = 15_000;
    request.onload = () => (request.responseXML ? resolve(request.responseXML) : reject(new Error(`${request.status}`)));
    request.onerror = request.ontimeout = () => reject(new Error('no answer'));
    request.send();
  });
}

/**
 * Replaces what has changed, and keeps the focus and the place in scrolled tables.
 * @param {Document} fresh
 */
function show(fresh) {
  for (const old of document.querySelectorAll('[data-live]')) {
    const now = fresh.getElementById(old.id);
    if (!now || now.innerHTML === old.innerHTML) {
      continue;
    }

    const focused = old.contains(document.activeElement) ? pathTo(old, document.activeElement) : null;
    const scrolled = [...old.querySelectorAll('.scroll')].map((part) => ({ left: part.scrollLeft, top: part.scrollTop }));
    const replacement = document.adoptNode(now);
    old.replaceChildren(...replacement.childNodes);
    [...old.querySelectorAll('.scroll')].forEach((part, index) => part.scrollTo(scrolled[index] ?? {}));
    if (focused) {
      follow(old, focused)?.focus({ preventScroll: true });
    }
  }
}

/**
 * The way from an element to one of its descendants.
 * @param {Element} top
 * @param {Element | null} element
 */
function pathTo(top, element) {
  const path = [];
  for (let at = element; at && at !== top; at = at.parentElement) {
    path.unshift(at.parentElement ? [...at.parentElement.children].indexOf(at) : 0);
  }

  return path;
}

/**
 * @param {Element} top
 * @param {number[]} path
 * @returns {HTMLElement | null}
 */
function follow(top, path) {
  /** @type {Element | undefined} */
  let at = top;
  for (const index of path) {
    at = at?.children[index];
  }

  return at instanceof HTMLElement ? at : null;
}

async function refresh() {
  const refreshMilliseconds = Number(main.dataset.refresh) * 1000;
  const isDue = refreshMilliseconds > 0 && Date.now() - readAt >= refreshMilliseconds - 500;
  if (document.hidden || isReading) {
    return;
  }

  isReading = true;
  try {
    // Beside a page that is not read again, the line about the health of the system still is.
    const fresh = await read(isDue ? location.href : '/live');
    show(fresh);
    if (isDue) {
      readAt = Date.now();
      // A job that has ended is not read again.
      main.dataset.refresh = fresh.getElementById('main')?.dataset.refresh ?? '0';
    }

    say('');
  } catch {
    say('This page does not get an answer from the operator process. What it shows is old.');
  } finally {
    isReading = false;
  }
}

/** @param {string} words */
function say(words) {
  connection.hidden = words === '';
  if (connection.textContent !== words) {
    connection.textContent = words;
  }
}

const events = new EventSource('/api/events');
events.addEventListener('state', () => {
  heardAt = Date.now();
  void refresh();
});
setInterval(() => {
  if (Date.now() - heardAt > quietAfterMilliseconds && !document.hidden) {
    say('This page hears nothing from the operator process. What it shows is old.');
  }
}, 1000);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) {
    void refresh();
  }
});
