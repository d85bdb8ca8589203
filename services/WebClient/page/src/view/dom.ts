/** Creates an element. Strings become text nodes, so no text in a document is parsed as HTML. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const created = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    created.setAttribute(attribute, value);
  }

  created.append(...children);
  return created;
}

/** An element of index.html. */
export function byId<Kind extends HTMLElement>(id: string): Kind {
  const found = document.getElementById(id);
  if (!found) {
    throw new Error(`index.html has no #${id}`);
  }

  return found as Kind;
}

/** Sets a text only if it differs, which avoids needless layout and announcements. */
export function write(node: Node, text: string): void {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}
