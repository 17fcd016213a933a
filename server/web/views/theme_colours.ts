// The colours of the page by role, for charts; read again when the theme changes.

export type Role = "paper" | "raised" | "ink" | "quiet" | "line" | "accent";
export type Roles = Readonly<Record<Role, string>>;

/** Okabe and Ito, "Color Universal Design" (2008), without the pale yellow, which fades on white. */
export const CATEGORIES = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9"] as const;

export function rolesAt(place: HTMLElement): Roles {
  const probe = document.createElement("span");
  place.append(probe);
  const titleOf = (role: Role): string => {
    probe.style.color = `var(--${role})`;
    return hexadecimal(getComputedStyle(probe).color);
  };
  const roles: Roles = {
    paper: titleOf("paper"),
    raised: titleOf("raised"),
    ink: titleOf("ink"),
    quiet: titleOf("quiet"),
    line: titleOf("line"),
    accent: titleOf("accent"),
  };
  probe.remove();
  return roles;
}

/** Convert a colour to `rgb(27, 34, 48)`, which every image program reads. */
function hexadecimal(colour: string): string {
  const parts = /^rgba?\((\d+), (\d+), (\d+)/.exec(colour);
  if (parts === null) return colour;
  return `#${parts.slice(1, 4).map((part) => Number(part).toString(16).padStart(2, "0")).join("")}`;
}

/** Call back when the theme or the width changes, until `stop` is called. */
export function watch(place: HTMLElement, changed: () => void): { stop(): void } {
  const theme = matchMedia("(prefers-color-scheme: dark)");
  let width = place.clientWidth;
  let timer = 0;
  const resized = new ResizeObserver(() => {
    if (Math.abs(place.clientWidth - width) < 16) return;
    width = place.clientWidth;
    clearTimeout(timer);
    timer = window.setTimeout(changed, 150);
  });
  resized.observe(place);
  theme.addEventListener("change", changed);
  return {
    stop: () => {
      clearTimeout(timer);
      resized.disconnect();
      theme.removeEventListener("change", changed);
    },
  };
}
