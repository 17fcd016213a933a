// Create elements from names, attributes and children; text becomes a text node, never markup.

export type Child = Node | string | null;

export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

export function button(text: string, pressed: () => void, attributes: Readonly<Record<string, string>> = {}): HTMLButtonElement {
  const made = make("button", { type: "button", class: "second", ...attributes }, text);
  made.addEventListener("click", pressed);
  return made;
}

let numbered = 0;

/** Return an id that is unique on the page. */
export function newId(): string {
  numbered += 1;
  return `views-${numbered}`;
}

export type Options = readonly (readonly [value: string, text: string])[];

/** Create a select field with its label. */
export function choice(label: string, options: Options, chosen: string, changed: (value: string) => void): HTMLParagraphElement {
  const select = make("select", { id: newId() }, ...options.map(([value, text]) => make("option", { value }, text)));
  select.value = chosen;
  select.addEventListener("change", () => changed(select.value));
  return make("p", { class: "field" }, make("label", { for: select.id }, label), select);
}

/** Create a checkbox with its label. */
export function check(label: string, ticked: boolean, changed: (on: boolean) => void): HTMLParagraphElement {
  const box = make("input", { type: "checkbox", id: newId() });
  box.checked = ticked;
  box.addEventListener("change", () => changed(box.checked));
  return make("p", { class: "check" }, box, make("label", { for: box.id }, label));
}

const SVG = "http://www.w3.org/2000/svg";

export function createSvgElement(name: string, attributes: Readonly<Record<string, string | number>>, ...children: Child[]): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children.filter((child) => child !== null));
  return element;
}
