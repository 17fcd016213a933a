// The colours of the style sheet, resolved for the current theme, for the canvas and for files.

export interface Stroke {
  colour: string;
  wide: number;
  dashes: number[];
}

const STROKES: Record<string, [name: string, wide: number, dashes: number[]]> = {
  stated: ["--stated", 1.4, []],
  official: ["--accent", 2.6, []],
  outcome: ["--achieved", 2.6, []],
  editorial: ["--editorial", 2, [8, 3, 2, 3]],
  inferred: ["--quiet", 1.2, [5, 4]],
  vocabulary: ["--quiet", 1, []],
  source: ["--quiet", 1, []],
  links: ["--quiet", 1, [1.5, 3]],
};

export class Colours {
  private readonly probe = document.createElement("span");
  private readonly found = new Map<string, string>();

  constructor(within: HTMLElement) {
    this.probe.hidden = true;
    within.append(this.probe);
  }

  /** Clear the cache: the theme has changed. */
  forget(): void {
    this.found.clear();
  }

  /** Resolve a custom property of the style sheet to a colour. */
  get(name: string): string {
    const cachedColour = this.found.get(name);
    if (cachedColour !== undefined) return cachedColour;
    this.probe.style.color = `var(${name})`;
    const colour = getComputedStyle(this.probe).color;
    this.found.set(name, colour);
    return colour;
  }

  family(family: string): string {
    return this.get(`--family-${family}`);
  }

  stroke(trust: string): Stroke {
    const [name, wide, dashes] = STROKES[trust] ?? ["--quiet", 1, []];
    return { colour: this.get(name), wide, dashes };
  }
}
