// Contrast of two colours (WCAG 2.2, 1.4.3), and the accent of the dark look, as the portal service reckons them.
const DARK_GROUND = "#1f1e1c";
const TEXT = 4.5;

function channels(colour: string): number[] {
  return [1, 3, 5].map((place) => Number.parseInt(colour.slice(place, place + 2), 16));
}

function luminance(colour: string): number {
  const [red, green, blue] = channels(colour).map((value) => {
    const channel = value / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

/** The contrast, from 1 (the same) to 21 (black on white). */
export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

/** `accent` with as much white as it takes to be read on the dark ground. */
export function onDark(accent: string): string {
  for (let percent = 0; percent <= 100; percent += 2) {
    const mixed = channels(accent).map((value) => Math.round(value + ((255 - value) * percent) / 100));
    const colour = `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
    if (contrast(colour, DARK_GROUND) >= TEXT) return colour;
  }
  return "#ffffff";
}
