// Ink as PNG: what was drawn, or what a photo shows of it, cropped and without its paper.
export interface Ink {
  drawing?: string;
  typed?: string;
  font?: string;
}

const WIDEST = 640;
const FAINT = 24;
const PAPER = 0.62;

// Return the drawing on `canvas`, cropped to its ink, as data URL; null for an empty one.
export function png(canvas: HTMLCanvasElement): string | null {
  const { width, height } = canvas;
  const pixels = canvas.getContext("2d", { willReadFrequently: true })!.getImageData(0, 0, width, height).data;
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (pixels[(y * width + x) * 4 + 3] < FAINT) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  if (right - left < 4 && bottom - top < 4) return null;
  const [across, down] = [right - left + 1, bottom - top + 1];
  const scale = Math.min(1, WIDEST / across);
  const cut = document.createElement("canvas");
  cut.width = Math.max(1, Math.round(across * scale));
  cut.height = Math.max(1, Math.round(down * scale));
  const pen = cut.getContext("2d")!;
  pen.imageSmoothingQuality = "high";
  pen.drawImage(canvas, left, top, across, down, 0, 0, cut.width, cut.height);
  return cut.toDataURL("image/png");
}

// Return the ink of a picture: what is darker than its paper, in the colour of the pen. Throws for what is no picture.
export async function fromPicture(file: File, colour: string): Promise<string | null> {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, 1200 / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d", { willReadFrequently: true })!;
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const image = pen.getImageData(0, 0, canvas.width, canvas.height);
  if (isOpaque(image.data)) {
    liftInk(image.data, colour);
    pen.putImageData(image, 0, 0);
  }
  return png(canvas);
}

function isOpaque(data: Uint8ClampedArray): boolean {
  for (let at = 3; at < data.length; at += 4) if (data[at] < 250) return false;
  return true;
}

function liftInk(data: Uint8ClampedArray, colour: string): void {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  const paper = brightness(data);
  for (let at = 0; at < data.length; at += 4) {
    const light = (data[at] * 0.3 + data[at + 1] * 0.59 + data[at + 2] * 0.11) / paper;
    const ink = light >= 0.88 ? 0 : light <= PAPER ? 1 : (0.88 - light) / (0.88 - PAPER);
    data.set([red, green, blue, Math.round(ink * 255)], at);
  }
}

// The brightness that nine of ten pixels do not exceed: that of the paper, whatever the light.
function brightness(data: Uint8ClampedArray): number {
  const counts = new Uint32Array(256);
  for (let at = 0; at < data.length; at += 4) {
    counts[Math.round(data[at] * 0.3 + data[at + 1] * 0.59 + data[at + 2] * 0.11)] += 1;
  }
  let left = data.length / 4 / 2;
  for (let level = 255; level > 0; level -= 1) {
    left -= counts[level];
    if (left <= 0) return Math.max(level, 40);
  }
  return 255;
}
