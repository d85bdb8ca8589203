/** Makes an element. Texts become text nodes: nothing that comes from a document is ever read as HTML. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    made.setAttribute(attribute, value);
  }

  made.append(...children);
  return made;
}

/** An element of index.html. */
export function byId<Kind extends HTMLElement>(id: string): Kind {
  const found = document.getElementById(id);
  if (!found) {
    throw new Error(`index.html has no #${id}`);
  }

  return found as Kind;
}

/** Sets a text only when it differs, so that nothing is laid out or read out again for nothing. */
export function write(node: Node, text: string): void {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}
